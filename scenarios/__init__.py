"""Conversations with the implementation under test, one folder per OCPI module."""
