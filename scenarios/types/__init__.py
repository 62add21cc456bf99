"""Conversations of the types chapter."""
