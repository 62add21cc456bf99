"""The roles of the field: each is the sum of the interfaces that it offers."""

from datetime import timedelta
from typing import Any

from .cdrs import CdrReceiver, CdrSender
from .chargingprofiles import ProfileCommanding, ProfileReceiver, ProfileSender
from .commanding import Commanding
from .commands import CommandReceiver, CommandSender
from .credentials import Credentials
from .hubclientinfo import ClientInfoReceiver, ClientInfoSender
from .locations import LocationReceiver, LocationSender
from .party import Party
from .presenting import Presenting
from .sessions import SessionReceiver, SessionSender
from .showcase import Showcase
from .tariffs import TariffReceiver, TariffSender
from .tokens import TokenReceiver, TokenSender


class Cpo(
    Credentials,
    CommandReceiver,
    ProfileReceiver,
    Presenting,
    Showcase,
    CdrSender,
    SessionSender,
    LocationSender,
    TariffSender,
    TokenReceiver,
    ClientInfoReceiver,
    Party,
):
    """A charge point operator."""

    role = "CPO"

    def furnish(self) -> None:
        """Take in the stock that the limits ask for: tariffs, locations, past sessions and their CDRs."""
        stepped = self.stepped_tariff()
        for number in range(self.limits.tariffs):
            self.add_tariff(stepped if number == 2 else None, full=number == 1, minimal=number == 0)
        # The showcase is one of the locations that are asked for.
        for number in range(self.limits.locations - self.limits.showcase):
            self.add_location(full=number == 0, minimal=number == 1)
        for number in range(max(self.limits.sessions, self.limits.cdrs)):
            billed, listed = number < self.limits.cdrs, number < self.limits.sessions
            tariff = stepped if number == self.limits.cdrs - 1 else None
            self._furnish_session(billed=billed, listed=listed, tariff=tariff)
        if self.limits.showcase:
            self.furnish_showcase()

    def _furnish_session(self, *, billed: bool, listed: bool, tariff: dict[str, Any] | None) -> None:
        """A session of some days ago, of a provider that is not connected; without a CDR it still goes on.

        With a `tariff` of its own it is one with all that a CDR may have.
        """
        token: dict[str, Any] = {**self.samples.token(), "country_code": "NL", "party_id": "MSP"}
        ago = timedelta(hours=6) + timedelta(days=3) * self.samples.random.random()
        if tariff is not None and billed:
            session_id = self.furnish_cdr(token, tariff=tariff, before=ago)["session_id"]
            if not listed:
                self.forget_session(session_id)
            return
        session_id = self.begin_session(token, before=ago if billed else timedelta(hours=1))["id"]
        self.activate_session(session_id)
        self.continue_session(session_id, minutes=30, kwh=5.5)
        if billed:
            self.complete_session(session_id)
            self.bill(session_id)
        if not listed:
            self.forget_session(session_id)


class Emsp(
    Credentials,
    ProfileCommanding,
    Commanding,
    CommandSender,
    LocationReceiver,
    SessionReceiver,
    TokenSender,
    CdrReceiver,
    TariffReceiver,
    ClientInfoReceiver,
    Party,
):
    """An e-mobility service provider."""

    role = "EMSP"

    def furnish(self) -> None:
        """Take in the stock that the limits ask for: tokens of every type."""
        types = ("RFID", "APP_USER", "AD_HOC_USER", "OTHER")
        for number in range(self.limits.tokens):
            self.add_token(type=types[number % 4], full=number == 0, minimal=number == 1)


class Scsp(Credentials, ProfileSender, SessionReceiver, Party):
    """A smart charging service provider, which limits sessions of others' customers."""

    role = "SCSP"


class Hub(Credentials, ClientInfoSender, Party):
    """A hub as far as it tells its clients of each other; it passes nothing on."""

    role = "HUB"


ROLES: dict[str, type[Cpo] | type[Emsp]] = {"CPO": Cpo, "EMSP": Emsp}
"""The roles that can be served, by their name in OCPI (`types.asciidoc#types_role_enum`)."""
