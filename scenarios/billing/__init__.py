"""Conversations about what is charged for a session."""
