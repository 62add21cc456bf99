"""Conversations of the credentials chapter."""
