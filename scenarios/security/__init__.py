"""Conversations of the security chapter."""
