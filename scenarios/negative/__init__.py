"""Conversations of the negative chapter."""
