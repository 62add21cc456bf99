"""What is run in the field: each library in both roles, as it is and with its host's repairs."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

BASELINES = Path(__file__).parent / "baselines"
LIBRARIES = ("py-ocpi", "extrawest-ocpi")
ROLES = ("cpo", "emsp")


@dataclass(frozen=True, kw_only=True)
class Case:
    """One run."""

    library: str
    role: str
    mended: bool = False

    @property
    def name(self) -> str:
        return f"{self.library}-{self.role}" + ("-mended" if self.mended else "")

    @property
    def baseline(self) -> Path:
        """The findings that were read by hand against the text."""
        return BASELINES / f"{self.name}.toml"


CASES: Sequence[Case] = tuple(
    Case(library=library, role=role, mended=mended)
    for library in LIBRARIES
    for role in ROLES
    for mended in (False, True)
)
