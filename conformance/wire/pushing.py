"""How a CPO addresses what it pushes: method, owner and ids in the URL against the body."""

from collections.abc import Iterator

from ...simulators.answering import locate
from .ruling import Ruling, View

OWN_IDS = ("id", "uid", "id")
"""The field that the last segment of the URL repeats: of a Location, an EVSE, a Connector."""


def pushes(view: View) -> Iterator[Ruling]:
    """Every request of the IUT to our receiver interface of locations."""
    place = locate(view.party, view.request)
    if place is None or (place.module, place.interface) != ("locations", "RECEIVER"):
        return
    method, body = view.request.method, view.request.json
    if method != "GET":
        yield Ruling("locations-push-never-deletes", method in ("PUT", "PATCH"), "PUT or PATCH", method)
    if method not in ("GET", "PUT", "PATCH"):
        return
    own = {
        (role.country_code.casefold(), role.party_id.casefold())
        for role in view.iut_roles
        if role.role == "CPO"
    }
    owner = tuple(segment.casefold() for segment in place.rest[:2])
    if own and not view.is_hub and len(owner) == 2:
        yield Ruling(
            "locations-push-url-own-party", owner in own, "one of its own CPO parties", " ".join(owner)
        )
    if not isinstance(body, dict):
        return
    if method == "PATCH":
        holds = body.get("last_updated") is not None
        yield Ruling("locations-push-patch-has-last-updated", holds, "last_updated in the body", "none")
    elif method == "PUT" and 3 <= len(place.rest) <= 5:
        yield from _put(place.rest, body)


def _put(segments: tuple[str, ...], body: dict[str, object]) -> Iterator[Ruling]:
    field = OWN_IDS[len(segments) - 3]
    if field in body:
        yield Ruling(
            "locations-push-url-ids-equal-body",
            str(body[field]).casefold() == segments[-1].casefold(),
            f"{field} {body[field]} at the end of the URL",
            segments[-1],
        )
    if len(segments) == 3 and {"country_code", "party_id"} <= set(body):
        named = (str(body["country_code"]), str(body["party_id"]))
        yield Ruling(
            "locations-push-url-owner-equals-body",
            tuple(part.casefold() for part in named) == tuple(part.casefold() for part in segments[:2]),
            f"{' '.join(named)}, as in the body",
            " ".join(segments[:2]),
        )


__all__ = ["pushes"]
