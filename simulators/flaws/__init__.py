"""Flaws: named misbehaviours of a party, each with the requirements that it must break."""
