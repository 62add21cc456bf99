"""Parties that behave as OCPI asks, and misbehave on request."""
