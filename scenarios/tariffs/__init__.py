"""Conversations of the tariffs chapter."""
