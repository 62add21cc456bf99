"""Flaws of a CPO by which its CDRs or its Sessions are told otherwise, the same way wherever they are seen."""

from collections.abc import Callable
from typing import Any

from ..cdrs import cdr_key
from ..party import Around
from ..quantities import number
from .flaw import Party, Proceed, Request, Response, calling, serving
from .shaping import addresses, with_body, with_objects

SESSION_LIST, CDR_LIST = "sessions.sender.list", "cdrs.sender.list"
PUT, PATCH, POST = "sessions.receiver.put", "sessions.receiver.patch", "cdrs.receiver.post"

OF_CREDIT = ("id", "credit", "credit_reference_id", "last_updated")

Object = dict[str, Any]
Change = Callable[[Object], Object]


def sealed(
    name: str, slugs: str | tuple[str, ...], summary: str, change: Change, *, telling: Change | None = None
) -> None:
    """A flaw of all CDRs; `telling` changes the Sessions besides."""

    def served(party: Party, request: Request, proceed: Proceed) -> Response:
        if addresses(party, request, CDR_LIST):
            for cdr in party.store.own("cdrs"):
                resealed(party, name, cdr, change)
        return _listed(party, request, proceed, telling)

    def sent(party: Party, request: Request, proceed: Proceed) -> Response:
        if addresses(party, request, POST):
            request = with_body(request, lambda cdr: resealed(party, name, cdr, change))
        return _pushed(party, request, proceed, telling)

    _register(name, slugs, summary, served, sent)


def told(name: str, slug: str, summary: str, change: Change) -> None:
    """A flaw of Sessions as others get to know them; in PATCHes too, as far as these have the fields."""

    def served(party: Party, request: Request, proceed: Proceed) -> Response:
        return _listed(party, request, proceed, change)

    def sent(party: Party, request: Request, proceed: Proceed) -> Response:
        return _pushed(party, request, proceed, change)

    _register(name, slug, summary, served, sent)


def resealed(party: Party, name: str, cdr: Object, change: Change) -> Object:
    """A CDR as it is kept and told from now on; what was changed once stays so, and a credit repeats it."""
    known = party.notes.setdefault(name, {})
    if cdr["id"] not in known:
        original = known.get(cdr.get("credit_reference_id"))
        known[cdr["id"]] = change(cdr) if original is None else _credit(original, cdr)
        party.store.own("cdrs").put(cdr_key(cdr), known[cdr["id"]])
    return known[cdr["id"]]


def _credit(original: Object, credit: Object) -> Object:
    """The credit of a CDR that was changed."""
    cost = {name: number(-amount) for name, amount in original["total_cost"].items()}
    return {**original, **{name: credit[name] for name in OF_CREDIT}, "total_cost": cost}


def _listed(party: Party, request: Request, proceed: Proceed, change: Change | None) -> Response:
    response = proceed(request)
    return with_objects(response, change) if change and addresses(party, request, SESSION_LIST) else response


def _pushed(party: Party, request: Request, proceed: Proceed, change: Change | None) -> Response:
    return proceed(
        with_body(request, change) if change and addresses(party, request, PUT, PATCH) else request
    )


def _register(name: str, slugs: str | tuple[str, ...], summary: str, served: Around, sent: Around) -> None:
    breaks = (slugs,) if isinstance(slugs, str) else slugs
    served.__doc__ = sent.__doc__ = summary
    serving(name, breaks=breaks, roles=("CPO",))(served)
    calling(name, breaks=breaks, roles=("CPO",))(sent)
