"""Renderings of one result record."""
