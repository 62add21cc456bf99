"""Negative input: a platform registers with Credentials that are wrong in every way, and such of every legal form."""

from typing import Any

import orjson
from ocpi_conformance.conformance import Check, Iut, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.conformance.offering import Offer
from ocpi_conformance.scenarios.negative.judging import judge, must_take
from ocpi_conformance.simulators.calling import Answer

pytestmark = applies_to(module="credentials", writes=True)

ROWS = {
    "invalid": "negative-credentials-invalid-refused",
    "opened": "negative-opened-enum-refused",
    "crash": "negative-credentials-no-server-error",
    "odd": "negative-credentials-odd-accepted",
    "unknown": "negative-unknown-field-accepted",
}
ROLE = ("role", "country_code", "party_id", "business_details/logo")
FIXED = frozenset({"/token", "/url", *(f"/roles/0/{name}" for name in ROLE)})


def test_credentials(iut: Iut, bench: Bench, check: Check) -> None:
    """A guest tries to register in every wrong and in every legal way, each time with a token A that is good."""
    guest = bench.new_peer(furnished=False)
    url = next((url for (module, _), url in iut.connection.endpoints.items() if module == "credentials"), "")
    check.requires(url, "its version details list no credentials endpoint")
    credentials = guest.credentials(guest.connections.invite().token_in)
    tokens: list[str] = []

    def send(body: Any) -> Answer:
        """POST; a registration that succeeds ends at once, and takes its token A with it."""
        token = tokens[-1] if tokens else str(iut.act("issue-token")["token"])
        tokens[:] = [token]
        if isinstance(body, dict):
            # Whoever takes it may present it to us, however wrong it is.
            guest.connections.named.add(str(body.get("token")))
        answer = guest.call("POST", url, token=token, endpoint="credentials.post", raw=orjson.dumps(body))
        if answer.accepted:
            tokens.clear()
            given = answer.data.get("token") if isinstance(answer.data, dict) else None
            guest.call("DELETE", url, token=str(given), endpoint="credentials.delete")
        return answer

    def begin() -> dict[str, Any]:
        return credentials

    must_take(send(credentials), "a registration of a further platform")

    offer = Offer(
        version=iut.claim.ocpi_version,
        name="Credentials",
        begin=begin,
        whole=credentials,
        send=send,
        fixed=FIXED,
        families=(2, 3),
    )

    judge(check, ROWS, offer)
