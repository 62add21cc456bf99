"""CDRs: a CPO sends CDRs; an eMSP takes them, shows them where it says that they are, and keeps them so."""

from typing import Any

from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.comparing import differences
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.roles import Cpo

from .billing import Biller, a_biller

pytestmark = applies_to(module="cdrs", iut="EMSP", side="RECEIVER", writes=True)

JUDGED_ON_EACH_ANSWER = ("cdrs-post-location-header", "cdrs-post-location-url")
"""The judge of every exchange speaks of these, if a CDR was accepted."""
NOT_OFFERED = {
    "PUT": "cdrs-put-not-offered",
    "PATCH": "cdrs-patch-not-offered",
    "DELETE": "cdrs-delete-not-offered",
}

Cdr = dict[str, Any]


def test_a_cdr_is_taken_and_shown(iut: Iut, cpo: Cpo, check: Check) -> None:
    """A session ends; its CDR is POSTed and is found, as it was sent, at the URL in the answer."""
    biller = a_biller(iut, cpo)
    cdr = biller.cdr()

    post = biller.post(cdr)

    taken(biller, check, post)
    check("cdrs-post-created-201", expected=201, found=post.http_status, evidence=post)
    check.requires(post.header("Location"), "the answer to the POST has no Location")
    look = biller.look(post)
    assert look is not None
    check(
        "cdrs-get-by-location-url",
        look.accepted,
        expected="the CDR at the URL in Location",
        found=f"{post.header('Location')} → {look}",
        evidence=[post, look],
    )
    check.requires(look.accepted, f"the CDR can't be seen: {look}")
    found = unlike(iut, cdr, look, required=True)
    check(
        "cdrs-get-same-cdr", not found, expected="the CDR as it was sent", found=found, evidence=[post, look]
    )


def test_a_cdr_stays_as_it_is(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The same CDR comes again, then another one with its id, then PUT, PATCH and DELETE: it is as it was before."""
    biller, cdr, first, before = sealed(iut, cpo, check)
    changed = {**cdr, "total_energy": cdr["total_energy"] + 1, "remark": "Corrected"}

    again = biller.post(cdr)
    stays(iut, check, "cdrs-post-repeated-kept", before, biller.look(first), again)
    if again.accepted and (place := again.header("Location")) != first.header("Location"):
        check.requires(place, "the answer to the repeated POST has no Location")
        stays(iut, check, "cdrs-post-repeated-kept", before, biller.look(again), again)

    before = biller.look(first) or before
    check.requires(before.accepted, "the CDR can't be seen any more")
    other = biller.post(changed)
    stays(iut, check, "cdrs-known-id-not-replaced", before, biller.look(first), other)
    refused = other.http_status is not None and not other.accepted
    check("cdrs-known-id-refused", refused, expected="no success", found=other, evidence=other)


def test_a_cdr_is_not_to_be_changed(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The CPO tries PUT, PATCH and DELETE where the CDR is: it is as it was before."""
    for method, slug in NOT_OFFERED.items():
        _, cdr, first, before = sealed(iut, cpo, check)
        body = {
            "PUT": {**cdr, "total_energy": cdr["total_energy"] + 1},
            "PATCH": {"total_energy": cdr["total_energy"] + 1, "last_updated": cdr["last_updated"]},
        }.get(method)
        url = first.header("Location") or ""
        answer = cpo.call(method, url, to=iut.connection, body=body, headers=cpo.routing(iut.connection))
        stays(iut, check, slug, before, cpo.check_cdr(iut.connection, url), answer)


def test_owners_are_kept_apart(iut: Iut, cpo: Cpo, check: Check) -> None:
    """Two parties of our platform send CDRs of the same id."""
    check.applies(len(cpo.roles) > 1, "our platform has one party only")
    biller, cdr, first, before = sealed(iut, cpo, check)
    second = cpo.roles[1]
    owner = {"country_code": second.country_code, "party_id": second.party_id}
    session = biller.session(auth_method="AUTH_REQUEST")
    biller.tell({**session, **owner})
    twin = {**cpo.bill(session["id"]), **owner, "id": cdr["id"]}
    headers = {"OCPI-from-country-code": second.country_code, "OCPI-from-party-id": second.party_id}

    post = cpo.call(
        "POST",
        iut.url("cdrs", "RECEIVER"),
        to=iut.connection,
        endpoint="cdrs.receiver.post",
        body=twin,
        headers=headers,
    )

    check.requires(post.http_status is not None, "no answer came")
    url = post.header("Location") if post.accepted else None
    look = (
        cpo.call("GET", url, to=iut.connection, endpoint="cdrs.receiver.get", headers=headers)
        if url
        else None
    )
    found = unlike(iut, twin, look, required=True) if look else str(post)
    slug = "cdrs-owners-kept-apart"
    check(slug, not found, expected="both CDRs", found=found, evidence=[post, look] if look else post)
    stays(iut, check, slug, before, biller.look(first), post)


def test_what_is_not_there_is_not_found(iut: Iut, cpo: Cpo, check: Check) -> None:
    """The CPO asks at a URL beside that of a CDR."""
    _, _, first, _ = sealed(iut, cpo, check)
    # Short: an id that is too long would be refused for that.
    look = cpo.check_cdr(iut.connection, f"{first.header('Location')}-0")
    status = f"HTTP {look.http_status}"
    check("cdrs-get-unknown-404", expected="HTTP 404", found=status, evidence=look)


def test_wrong_cdrs_are_refused(iut: Iut, cpo: Cpo, check: Check) -> None:
    """CDRs come that miss a field or have a value of the wrong kind."""
    cdr = a_biller(iut, cpo).cdr()
    bare = {name: value for name, value in cdr.items() if name != "cdr_location"}
    wrong = (
        bare,
        {**cdr, "total_energy": "5.5"},
        {**cdr, "auth_method": "GUESS"},
        {**cdr, "charging_periods": []},
    )
    for body in wrong:
        new = {**body, "id": cpo.samples.new_id("CDR")}
        answer = cpo.post_cdr(iut.connection, new)
        refused = answer.status_code in (2000, 2001)
        check("cdrs-post-invalid-refused", refused, expected="2000 or 2001", found=answer, evidence=answer)


def taken(biller: Biller, check: Check, post: Answer) -> None:
    """A CDR of a Token that the eMSP has listed is accepted; of a made-up one nobody is to take a CDR."""
    if post.accepted or biller.known_token:
        check("cdrs-post-accepted", post.accepted, expected="success", found=post, evidence=post)
    check.requires(post.accepted, f"the CDR was refused: {post}; let it list a Token that is valid")


def sealed(iut: Iut, cpo: Cpo, check: Check) -> tuple[Biller, Cdr, Answer, Answer]:
    """A biller, a CDR that the eMSP has, its answer to the POST, and what it shows of it."""
    biller = a_biller(iut, cpo)
    cdr = biller.cdr()
    post = biller.post(cdr)
    look = biller.look(post)
    check.requires(look is not None and look.accepted, f"a CDR that was POSTed can't be seen: {look or post}")
    assert look is not None
    return biller, cdr, post, look


def stays(iut: Iut, check: Check, slug: str, before: Answer, after: Answer | None, cause: Answer) -> None:
    """A CDR is shown as it was before."""
    found = unlike(iut, before.data, after) if after is not None else "no Location to look at"
    evidence = [before, cause] if after is None else [before, cause, after]
    check(slug, not found, expected="the CDR as before", found=found, evidence=evidence)


def unlike(iut: Iut, cdr: Cdr, look: Answer, *, required: bool | None = None) -> str:
    """Where a CDR that is shown differs; empty where it doesn't."""
    if not look.accepted:
        return str(look)
    version = iut.claim.ocpi_version
    return "; ".join(
        map(str, differences(version, "CDR", cdr, look.data, required=required, legal=bool(required)))
    )
