"""The doctor: before anything is judged, can we speak with the implementation, and can it speak with us."""

import ipaddress
import shutil
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from ..simulators.versions import Discovery
from .claim import Claim
from .discovering import Item, discover, summary
from .redaction import of_settings
from .reviewing import review, unclaimed
from .settings import Settings
from .trigger import PROBE, HttpTrigger, NoTrigger, PersonTrigger, ShellTrigger, Trigger, trigger_of

__all__ = ["Diagnosis", "Item", "examine"]


@dataclass(frozen=True)
class Diagnosis:
    """What the doctor found. `claim` is the one of the settings, else what the implementation serves."""

    items: tuple[Item, ...]
    claim: Claim | None = None

    @property
    def usable(self) -> bool:
        """Whether a run can show anything."""
        return not any(item.fatal and not item.ok for item in self.items)

    @property
    def summary(self) -> str:
        """Why there is nothing to test, in a sentence or two; empty where there is."""
        return summary(self.items)


def examine(settings: Settings, *, trigger: Trigger | None = None) -> Diagnosis:
    """Look at an implementation: a handful of GETs, each bounded by `timeout_s`, that change nothing.

    `settings.versions_url` and `token` say where it is. `trigger` is by default the one of the settings.
    """
    discovery, items = discover(settings)
    claim = settings.claimed
    if discovery is not None:
        claim = claim or Claim.from_endpoints(settings.role, settings.ocpi_version, discovery.endpoints)
        items += [_claim(claim, discovery), *_unclaimed(claim, discovery)]
    if claim is not None:
        items += _review(claim)
    items += [_transport(settings), _way_back(settings), _trigger(settings, trigger)]
    return Diagnosis(tuple(of_settings(settings).value(items)), claim)


def _claim(claim: Claim, discovery: Discovery) -> Item:
    """Does it serve what is claimed."""
    served = {(module, "" if module == "credentials" else role) for module, role in discovery.endpoints}
    missing = sorted(" ".join(pair).strip() for pair in claim.endpoints() - served)
    if missing:
        return Item(
            name="claim",
            ok=False,
            detail=f"{claim.origin} has {', '.join(missing)}, which the version details don't list",
            hint="List the endpoints, or leave them out of [claim] modules",
        )
    count = len(claim.endpoints())
    return Item(name="claim", ok=True, detail=f"{claim.origin}: all {count} interfaces are served")


def _unclaimed(claim: Claim, discovery: Discovery) -> Iterable[Item]:
    """Does it serve more than is claimed."""
    for note in unclaimed(claim, served=discovery.endpoints):
        hint = "Add it to [claim] modules to have it judged"
        yield Item(name="unclaimed", ok=False, detail=note, hint=hint)


def _review(claim: Claim) -> Iterable[Item]:
    """Does the claim agree with itself and with what the modules depend on."""
    remarks = review(claim)
    for remark in remarks:
        source = f" ({remark.anchor})" if remark.anchor else ""
        yield Item(
            name="review",
            ok=False,
            fatal=remark.contradiction,
            detail=f"{remark.text}{source}",
            hint=f"{remark.hint[0].upper()}{remark.hint[1:]}",
        )
    if not remarks:
        yield Item(name="review", ok=True, detail="the claim agrees with itself")


def _transport(settings: Settings) -> Item:
    name = "TLS"
    parts = urlsplit(settings.versions_url)
    if settings.insecure:
        return Item(name=name, ok=False, detail="its certificate is not checked", hint="Leave out insecure")
    if parts.scheme == "http" and not _is_loopback(parts.hostname or ""):
        return Item(name=name, ok=False, detail="tokens cross the network unencrypted", hint="Use https://")
    return Item(
        name=name, ok=True, detail="https" if parts.scheme == "https" else "http, on this machine only"
    )


def _way_back(settings: Settings) -> Item:
    """Could it reach our peers. Only the registration shows whether it does."""
    name = "way back"
    bound = settings.bind.rpartition(":")[0].strip("[]")
    back = (urlsplit(settings.public_url).hostname or "") if settings.public_url else bound
    url = settings.public_url or f"an address on {bound}"
    if _is_any(back):
        return Item(
            name=name,
            ok=False,
            detail=f"peers listen on {settings.bind}, every address, so that their URLs are unknown",
            hint="Set public_url to the URL under which the implementation reaches this machine",
        )
    if _is_loopback(back) and not _is_loopback(urlsplit(settings.versions_url).hostname or ""):
        return Item(
            name=name,
            ok=False,
            detail=f"the implementation is told to call {url}, which is its own machine",
            hint="Set bind to 0.0.0.0:PORT and public_url to the URL under which it reaches this machine",
        )
    return Item(
        name=name, ok=True, detail=f"it is told to call {url}; the registration will show whether it can"
    )


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost" or host.casefold().endswith(".localhost")


def _is_any(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return host in ("", "*")


def _trigger(settings: Settings, given: Trigger | None) -> Item:
    """Is there a way to make the implementation act; a command is looked for, not run."""
    name = "trigger"
    trigger = given or trigger_of(settings)
    try:
        if isinstance(trigger, NoTrigger):
            hint = "Set trigger_url, trigger_command or trigger_person"
            detail = "none is set: what the implementation does of its own accord can't be shown"
            return Item(name=name, ok=False, detail=detail, hint=hint)
        if isinstance(trigger, PersonTrigger):
            ok = sys.stdin.isatty()
            return Item(
                name=name, ok=ok, detail="a person" if ok else "a person, but there is no terminal to ask at"
            )
        if isinstance(trigger, ShellTrigger):
            found = shutil.which(trigger.program)
            detail = f"the command {trigger.program}" + ("" if found else " is not there, or not executable")
            return Item(
                name=name, ok=bool(found), detail=detail, hint="" if found else "Correct trigger_command"
            )
        return _hook(trigger, settings)
    finally:
        if given is None:
            trigger.close()


def _hook(trigger: Trigger, settings: Settings) -> Item:
    peer = {"country_code": "XX", "party_id": "XXX"}
    answer = trigger.act(PROBE, version=settings.ocpi_version, role=settings.role, peer=peer)
    place = trigger.url if isinstance(trigger, HttpTrigger) else trigger.kind
    if answer.outcome in ("done", "unsupported"):
        return Item(name="trigger", ok=True, detail=f"{place} answers")
    hint = "A hook answers 501 to an action that it doesn't know. Check trigger_url and trigger_token"
    return Item(name="trigger", ok=False, detail=answer.detail, hint=hint)
