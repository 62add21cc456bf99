"""Conversations about secrets, other parties' data and what an attacker would send."""
