"""Types: the IUT takes values in every legal form and gives them back as they were meant."""

import unicodedata
from datetime import timedelta

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.copies import Copy, a_copy
from ocpi_conformance.simulators import clock
from ocpi_conformance.simulators.party import Party

pytestmark = applies_to(module="types", writes=True)

FORMS = ("{}Z", "{}", "{}.2Z", "{}.2", "{}.123Z", "{}.123")
"""A second, whole and in parts, with and without Z (`types.asciidoc#types_datetime_type`)."""
TEXTS = {"Token": "issuer", "Location": "name"}
WORLDLY = "Größe Ångström 東京 Ελλάδα ⚡"


def test_moments_are_understood_in_every_form(iut: Iut, peer: Party, check: Check) -> None:
    """An object is PUT with each form of last_updated, and read back."""
    copy = kept(iut, peer, check)
    start = clock.now().replace(microsecond=0) - timedelta(minutes=1)
    for number, form in enumerate(FORMS):
        second = (start + timedelta(seconds=2 * number)).strftime("%Y-%m-%dT%H:%M:%S")
        sent = form.format(second)
        put = copy.put(last_updated=sent)
        got = copy.get() if put.accepted else None
        data = got.data if got and isinstance(got.data, dict) else {}
        meant, found = clock.parse(sent), clock.parse(str(data.get("last_updated")))
        same = meant is not None and found is not None and abs(found - meant) < timedelta(seconds=1)
        check(
            "types-datetime-forms-accepted",
            put.accepted and same,
            expected=f"{sent}, give or take parts of a second",
            found=data.get("last_updated", put) if put.accepted else put,
            evidence=(put, got),
        )


def test_texts_keep_their_characters(iut: Iut, peer: Party, check: Check) -> None:
    """A text with letters of several scripts is PUT and read back; ids are asked for in another case."""
    copy = kept(iut, peer, check)
    field = TEXTS[copy.name]
    put = copy.put(**{field: WORLDLY})
    got = copy.get()
    check.requires(put.accepted and got.accepted, f"it was refused: {put}, {got}")
    found = str(got.data.get(field)) if isinstance(got.data, dict) else ""
    check(
        "types-string-utf8-kept",
        unicodedata.normalize("NFC", found) == unicodedata.normalize("NFC", WORLDLY),
        expected=WORLDLY,
        found=found,
        evidence=(put, got),
    )
    turned = copy.in_other_case()
    check(
        "types-cistring-any-case",
        turned.accepted,
        expected="the object, as its id has no case",
        found=turned,
        evidence=turned,
    )


def kept(iut: Iut, peer: Party, check: Check) -> Copy:
    """An object of ours that the IUT has taken and gives back."""
    module = "tokens" if iut.role == "CPO" else "locations"
    check.applies(iut.claim.covers(module, "RECEIVER"), "it receives no objects of ours")
    copy = a_copy(iut, peer)
    answer = copy.put()
    check.requires(answer.accepted, f"a {copy.name} that was PUT was refused: {answer}")
    check.requires(copy.get().accepted, f"a {copy.name} that was PUT can't be read back")
    return copy
