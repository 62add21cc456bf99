"""Conversations of the sessions chapter."""
