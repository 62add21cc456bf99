"""Scenarios of the profile `negative`: wrong input in every place of an object, and legal input of every form."""
