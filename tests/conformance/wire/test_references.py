"""Authorization references: what was given, and what a Session says."""

from typing import Any

import pytest
from ocpi_conformance.conformance.wire.references import KEPT, References
from ocpi_conformance.schemas.endpoints import endpoints
from ocpi_conformance.simulators.exchange import Request, Response

from .views import broken, met, view

TOKEN = {"country_code": "DE", "party_id": "TS1", "uid": "U-1", "type": "APP_USER"}
SESSION = {"cdr_token": {**TOKEN, "uid": "u-1"}, "auth_method": "COMMAND"}

Object = dict[str, Any]


def commanded(references: References, reference: str | None, *, result: str = "ACCEPTED") -> None:
    """START_SESSION, answered."""
    body = {"token": TOKEN, **({"authorization_reference": reference} if reference else {})}
    _exchange(
        references.commanded, "commands.receiver.start_session", body, {"result": result, "timeout": 30}
    )


def authorized(references: References, reference: str | None, *, allowed: str = "ALLOWED") -> None:
    """An authorization, asked for."""
    data = {"allowed": allowed, "token": TOKEN, "authorization_reference": reference}
    _exchange(references.authorized, "tokens.sender.authorize", None, data)


def _exchange(hear: Any, endpoint: str, body: Object | None, data: Object) -> None:
    row = endpoints("2.2.1").get(endpoint)
    request = Request(method="POST", url="http://x/y", headers=(), body=b"").with_json(body)
    response = Response(headers=(), body=b"", status=200).with_json({"status_code": 1000, "data": data})
    hear(view(request, response, direction="sent", endpoint=row))


def test_a_reference_that_was_given_is_right() -> None:
    """By command or authorization, in any case of letters."""
    references = References()
    commanded(references, "Ref-1")
    authorized(references, "Ref-2")
    for named in ("REF-1", "ref-2"):
        assert met(references.judge({**SESSION, "authorization_reference": named})) == {KEPT}
    assert broken(references.judge({**SESSION, "authorization_reference": "Ref-3"})) == {KEPT}


def test_a_missing_reference_is_wrong_where_one_was_always_given() -> None:
    """A Session by whitelist needs none, and so one where we left it off once."""
    references = References()
    commanded(references, "Ref-1")
    assert broken(references.judge(SESSION)) == {KEPT}
    assert not list(references.judge({**SESSION, "auth_method": "WHITELIST"}))
    assert not list(references.judge({**SESSION, "auth_method": "AUTH_REQUEST"}))
    commanded(references, None)
    assert not list(references.judge(SESSION))


@pytest.mark.parametrize("session", [{}, {"cdr_token": {}}, {"cdr_token": {**TOKEN, "uid": "other"}}])
def test_of_other_tokens_nothing_is_said(session: Object) -> None:
    """Nothing was given for them."""
    references = References()
    commanded(references, "Ref-1")
    assert not list(references.judge({**session, "authorization_reference": "x"}))


def test_what_was_refused_gave_nothing() -> None:
    """A rejected command, a blocked token."""
    references = References()
    commanded(references, "Ref-1", result="REJECTED")
    authorized(references, "Ref-2", allowed="BLOCKED")
    assert not list(references.judge({**SESSION, "authorization_reference": "x"}))


def test_what_was_refused_may_begin_after_all() -> None:
    """The reference of a command that was refused is none that nobody gave."""
    references = References()
    commanded(references, "Ref-1")
    commanded(references, "Ref-2", result="REJECTED")
    assert met(references.judge({**SESSION, "authorization_reference": "ref-2"})) == {KEPT}
