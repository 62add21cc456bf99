"""Conversations of the locations chapter."""
