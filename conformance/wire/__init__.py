"""The wire judge: every exchange of a run, judged without being asked. It blames the author of each half."""

from .judge import WireJudge
from .ruling import Ruling, View

__all__ = ["Ruling", "View", "WireJudge"]
