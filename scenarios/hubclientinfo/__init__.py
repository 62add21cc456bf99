"""Conversations of the hubclientinfo chapter."""
