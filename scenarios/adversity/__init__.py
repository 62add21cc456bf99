"""Conversations of the adversity chapter."""
