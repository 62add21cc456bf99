"""Samples: objects of the field, valid by construction."""
