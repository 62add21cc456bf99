"""Security: what one party can do to the objects of another by writing its name."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.copies import KINDS, Copy
from ocpi_conformance.scenarios.security.means import a_guest, gives_objects, raw_caller, shown
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.connection import authorization
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.exchange import Exchange

pytestmark = applies_to(module="security", writes=True, attacks=True)

OTHER = {"tokens": {"issuer": "somebody else"}, "locations": {"name": "somebody else's"}}
FIELD = {"tokens": "issuer", "locations": "name"}
HIDDEN = "no object of another party"
NOBODY = {"country_code": "XX", "party_id": "ZZZ"}


def test_objects_of_a_party_that_is_connected(
    iut: Iut, peer: Credentials, bench: Bench, check: Check
) -> None:
    """We ask for an object of another party, by its URL and in its name, then write to it; it reads what is left."""
    theirs = _copy_of_a_guest(iut, bench, check)
    guest = theirs.peer

    answer = _as_us(peer, iut, theirs, "GET")
    hidden = not _shows(theirs, answer.exchange)
    check("security-foreign-object-not-read", hidden, expected=HIDDEN, found=answer, evidence=answer)
    own = f"{peer.me.country_code}/{peer.me.party_id}"
    place = urlsplit(theirs.url).path
    foreign = f"{theirs.object['country_code']}/{theirs.object['party_id']}"
    target = place.replace(f"/{foreign}/", f"/{own}/../../{foreign}/")
    token = ("Authorization", authorization(iut.connection.token_out or ""))
    found = raw_caller(bench).send("GET", theirs.url, target=target, headers=[token])
    out_of_reach = not _shows(theirs, found)
    check(
        "security-foreign-object-not-read",
        out_of_reach,
        expected=HIDDEN,
        found=f"{shown(found)} at {target}",
        evidence=found,
    )

    headers: dict[str, str | None] = {
        "OCPI-from-country-code": guest.me.country_code,
        "OCPI-from-party-id": guest.me.party_id,
    }
    if hidden:
        answer = _as_us(peer, iut, theirs, "GET", headers=headers)
        check(
            "security-routing-headers-open-nothing",
            not _shows(theirs, answer.exchange),
            expected=HIDDEN,
            found=f"{answer} with the owner's name in {' and '.join(headers)}",
            evidence=answer,
        )
    else:
        check.not_applicable("security-routing-headers-open-nothing", "it shows the object without them too")

    changed = {**theirs.object, **OTHER[theirs.module]}
    puts = [
        _as_us(peer, iut, theirs, "PUT", body=changed),
        _as_us(
            peer, iut, theirs, "PATCH", body={**OTHER[theirs.module], "last_updated": changed["last_updated"]}
        ),
    ]
    left = theirs.get()
    theirs.withdraw()
    check.requires(left.accepted and isinstance(left.data, dict), f"it gives no copy back: {left}")
    field = FIELD[theirs.module]
    kept = left.data.get(field) != OTHER[theirs.module][field]
    check(
        "security-foreign-object-not-written",
        kept,
        expected=f"{field} as its owner sent it",
        found=left.data.get(field),
        evidence=[*puts, left],
    )


def test_objects_of_a_party_that_nobody_is(iut: Iut, peer: Credentials, check: Check) -> None:
    """We write an object in the name of a party that we are not, and ask for it."""
    check.applies(iut.claim.covers(KINDS[iut.role][0], "RECEIVER"), "it receives no objects of ours")
    ours = Copy(peer, iut.connection, module=KINDS[iut.role][0], name=KINDS[iut.role][1])
    answer = ours.put()
    check.requires(answer.accepted, f"a {ours.name} that was PUT was refused: {answer}")
    ours.withdraw()
    place = f"/{ours.object['country_code']}/{ours.object['party_id']}/{ours.id}"
    id_ = f"{uuid4()}"[: len(ours.id)]
    theirs = {**ours.object, **NOBODY, ("uid" if ours.module == "tokens" else "id"): id_}
    ours.url = ours.url.replace(place, f"/{NOBODY['country_code']}/{NOBODY['party_id']}/{id_}")
    put = ours.send("PUT", theirs)
    left = ours.get()
    check(
        "security-foreign-object-not-written",
        not (put.accepted and gives_objects(left.exchange)),
        expected="nothing made in the name of XX ZZZ",
        found=f"PUT: {put}; GET: {left}",
        evidence=[put, left],
    )


def _copy_of_a_guest(iut: Iut, bench: Bench, check: Check) -> Copy:
    """An object of another party that the IUT keeps."""
    module, name = KINDS[iut.role]
    check.applies(iut.claim.covers(module, "RECEIVER"), "it receives no objects of others")
    guest: Any = a_guest(iut, bench, check)
    connection = next(iter(guest.connections.registered()))
    theirs = Copy(guest, connection, module=module, name=name)
    answer = theirs.put()
    check.requires(answer.accepted, f"a {name} of another party was refused: {answer}")
    answer = theirs.get()
    check.requires(answer.accepted, f"it gives the copy not even to its owner: {answer}")
    return theirs


def _shows(theirs: Copy, exchange: Exchange) -> bool:
    """Whether an answer has the very object, and not just something."""
    data = Answer(exchange).data if gives_objects(exchange) else None
    found = data.get("uid" if theirs.module == "tokens" else "id") if isinstance(data, dict) else None
    return isinstance(found, str) and found.casefold() == theirs.id.casefold()


def _as_us(peer: Credentials, iut: Iut, theirs: Copy, method: str, **options: Any) -> Answer:
    level = "" if theirs.module == "tokens" else "_location"
    endpoint = f"{theirs.module}.receiver.{method.lower()}{level}"
    params = {"type": theirs.object["type"]} if theirs.module == "tokens" else None
    return peer.call(method, theirs.url, to=iut.connection, endpoint=endpoint, params=params, **options)
