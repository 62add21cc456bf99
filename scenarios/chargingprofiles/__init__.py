"""Conversations of the chargingprofiles chapter."""
