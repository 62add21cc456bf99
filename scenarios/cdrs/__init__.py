"""Conversations of the cdrs chapter."""
