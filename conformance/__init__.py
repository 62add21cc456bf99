"""What a duty is, and how a run reaches a verdict."""
