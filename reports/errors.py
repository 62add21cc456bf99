"""What can go wrong when a stored result is read."""

__all__ = ["ResultError"]


class ResultError(ValueError):
    """A stored result can't be used. The message names the file, what was found and what would work."""
