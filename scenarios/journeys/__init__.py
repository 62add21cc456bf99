"""Whole stories, from one chapter to the next."""
