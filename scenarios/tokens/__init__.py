"""Conversations of the tokens chapter."""
