"""Samples: objects of the field, valid by construction."""

from .samples import Samples

__all__ = ["Samples"]
