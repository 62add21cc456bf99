"""Conversations of the transport chapter."""
