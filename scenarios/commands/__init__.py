"""Conversations of the commands chapter."""
