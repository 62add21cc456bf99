"""Conversations of the paging chapter."""
