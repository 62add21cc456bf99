"""The judges that remember: each keeps what it needs of the exchanges before."""

from collections.abc import Iterator
from typing import Protocol

from .billing import Billing
from .cdrs import Cdrs
from .chargingprofiles import ChargingProfiles
from .commands import Commands
from .consistency import Consistency
from .lineage import Lineage
from .objects import Objects
from .ruling import Ruling, View
from .sessions import Sessions
from .tariffs import Tariffs
from .values import Values


class Chapter(Protocol):
    """One judge for the length of a run. It yields nothing where there is no occasion to judge."""

    def answered(self, view: View) -> Iterator[Ruling]:
        """Judge an exchange that we began: the IUT wrote the response."""
        ...

    def requested(self, view: View) -> Iterator[Ruling]:
        """Judge an exchange that the IUT began: it wrote the request."""
        ...


def chapters() -> tuple[Chapter, ...]:
    """New judges for one run, in the order in which they speak."""
    return (
        Objects(),
        Values(),
        Consistency(),
        Lineage(),
        Sessions(),
        ChargingProfiles(),
        Commands(),
        Cdrs(),
        Billing(),
        Tariffs(),
    )
