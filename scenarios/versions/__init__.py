"""Conversations of the versions chapter."""
