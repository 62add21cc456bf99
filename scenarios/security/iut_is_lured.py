"""Security: where the IUT goes, and with which token, when a URL leads elsewhere. Elsewhere is a canary of ours."""

from secrets import token_hex
from urllib.parse import urlsplit

from ocpi_conformance.conformance import Check, Iut, Phase, applies_to
from ocpi_conformance.conformance.bench import Bench
from ocpi_conformance.scenarios.security.means import answered, canary, known_to, shown, token_in, unless
from ocpi_conformance.simulators.calling import Answer
from ocpi_conformance.simulators.canary import Canary, plain
from ocpi_conformance.simulators.credentials import Credentials
from ocpi_conformance.simulators.detours import AGAIN, leads_astray, lists_elsewhere
from ocpi_conformance.simulators.exchange import Exchange
from ocpi_conformance.simulators.journal import Sighting
from ocpi_conformance.simulators.party import Party
from ocpi_conformance.simulators.peculiar import peculiar
from ocpi_conformance.simulators.roles import Emsp

NONE_FOREIGN = "no token, or one of the party that named the URL"


@applies_to(module="security", attacks=True, phase=Phase.UNREGISTERED)
def test_a_versions_url_elsewhere(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """We register with a versions URL on a host that is none of ours, where no OCPI is spoken."""
    found = f"canary-{token_hex(8)}"
    with canary(bench, check, answer=lambda _: plain(200, found)) as elsewhere:
        answer = _register(iut, peer, check, elsewhere.url("versions"))
    outcome = _told_of(check, "security-url-elsewhere", elsewhere, peer, answer.exchange)
    check.applies(elsewhere.calls, f"it called nobody there: {outcome}")
    check(
        "security-fetched-text-not-repeated",
        found not in answered(answer.exchange.response),
        expected="nothing of what it found there",
        found=answer,
        evidence=[*elsewhere.calls, answer],
    )
    _no_foreign_token(bench, check, elsewhere, peer, iut)


@applies_to(module="security", attacks=True, phase=Phase.UNREGISTERED)
def test_a_versions_url_that_redirects(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """Our versions endpoint redirects to another path of ours, then to another host."""
    with peculiar(peer, leads_astray("versions")):
        answer = _register(iut, peer, check, peer.versions_url)
        first = iut.sends("GET", endpoint="versions.list", within=0)
        again = iut.sends("GET", where=lambda call: AGAIN in call.request.url, within=0)
    check.requires(first.seen, f"it didn't look at our versions: {answer}")
    _kept_on_the_way(check, again)

    with canary(bench, check) as elsewhere:
        since = bench.journal.mark()
        with peculiar(peer, leads_astray("versions", to=elsewhere.url("versions"))):
            _register(iut, peer, check, peer.versions_url)
        first = iut.sends("GET", endpoint="versions.list", since=since, within=0)
        _kept_home(check, elsewhere, first)


@applies_to(module="security")
def test_a_list_that_redirects(iut: Iut, peer: Credentials, bench: Bench, check: Check) -> None:
    """The IUT asks for a list of ours, which redirects to another path of ours, then to another host."""
    module = "tokens" if iut.role == "CPO" else "locations"
    assert iut.connection.registered
    with peculiar(peer, leads_astray(module)):
        done = iut.tries(f"pull-{module}")
        # A trigger may answer before the deed; one that tells of a failure has done it.
        first = iut.sends("GET", endpoint=f"{module}.sender.list", within=None if done else 0)
        soon = bench.settings.quiet_s if done else 0
        again = iut.sends("GET", where=lambda call: AGAIN in call.request.url, within=soon)
    check.requires(first.seen, f"no GET came after pull-{module}")
    _kept_on_the_way(check, again)

    with canary(bench, check) as elsewhere:
        since = bench.journal.mark()
        with peculiar(peer, leads_astray(module, to=elsewhere.url(module))):
            done = iut.tries(f"pull-{module}")
            wait = None if done else 0
            first = iut.sends("GET", endpoint=f"{module}.sender.list", since=since, within=wait)
        if done and not elsewhere.calls:
            iut.sends(where=lambda _: bool(elsewhere.calls), since=since, within=bench.settings.quiet_s)
        _kept_home(check, elsewhere, first)


@applies_to(module="security", attacks=True, phase=Phase.DISRUPTIVE)
def test_endpoints_elsewhere(iut: Iut, bench: Bench, check: Check) -> None:
    """A further party registers and lists its modules on another host; the IUT is made to call it."""
    guest = bench.new_peer(furnished=False)
    token = str(iut.act("issue-token")["token"])
    with canary(bench, check) as elsewhere:
        with peculiar(guest, lists_elsewhere(elsewhere.url())):
            registration = guest.register(iut.versions_url, token)
        check.requires(registration.connection, f"a further party could not register: {registration.failure}")
        assert registration.connection is not None
        iut.speaks(peer=guest)
        _told_of(check, "security-endpoint-elsewhere", elsewhere, guest)
        guest.unregister(registration.connection)
    check.applies(elsewhere.calls, "it called nobody there")
    _no_foreign_token(bench, check, elsewhere, guest, iut)


@applies_to(module="security", iut="CPO", side="any", writes=True, attacks=True)
def test_a_response_url_elsewhere(iut: Iut, emsp: Emsp, bench: Bench, check: Check) -> None:
    """We cancel a reservation that nobody has made, and want to hear of it on a host that is none of ours."""
    with canary(bench, check) as elsewhere:
        answer = emsp.cancel_reservation(
            iut.connection, f"none-{token_hex(6)}", response_url=elsewhere.url("CANCEL_RESERVATION")
        )
        due = answer.accepted and isinstance(answer.data, dict) and answer.data.get("result") == "ACCEPTED"
        if due:
            iut.settles(lambda: list(elsewhere.calls), bool)
    outcome = _told_of(check, "security-response-url-elsewhere", elsewhere, emsp, answer.exchange)
    check.applies(elsewhere.calls, f"it called nobody there: {outcome}")
    _no_foreign_token(bench, check, elsewhere, emsp, iut)


def _register(iut: Iut, peer: Credentials, check: Check, url: str) -> Answer:
    """Post credentials that can't lead to a registration; where they did, undo it."""
    listed = iut.discovery.endpoints
    credentials = next((found for (module, _), found in listed.items() if module == "credentials"), "")
    check.requires(credentials, "token A leads to no credentials endpoint")
    body = {**peer.credentials(peer.connections.invite().token_in), "url": url}
    answer = peer.call("POST", credentials, token=iut.token_a, endpoint="credentials.post", body=body)
    if answer.accepted and isinstance(answer.data, dict):
        peer.call("DELETE", credentials, token=str(answer.data.get("token")), endpoint="credentials.delete")
        check.requires(not answer.accepted, "it registered us with a versions URL that leads nowhere")
    return answer


def _told_of(check: Check, slug: str, elsewhere: Canary, party: Party, *answers: Exchange) -> str:
    """Report what the IUT did with a URL on another host, and say it."""
    calls = elsewhere.calls
    with_token = [call for call in calls if token_in(call) in known_to(party)]
    outcome = "it wasn't called" if not calls else "it was called without the party's token"
    outcome = "it was called with the party's own token" if with_token else outcome
    check(slug, True, found=outcome, evidence=[*calls, *answers])
    return "; ".join([outcome, *(shown(answer) for answer in answers)])


def _no_foreign_token(bench: Bench, check: Check, elsewhere: Canary, party: Party, iut: Iut) -> None:
    allowed = known_to(party, iut.token_a)
    strange = [call for call in elsewhere.calls if token_in(call) and token_in(call) not in allowed]
    others = {token for other in bench.parties() for token in known_to(other)}
    foreign = [call for call in strange if token_in(call) in others]
    if strange and not foreign:
        check.inconclusive(
            "security-token-for-its-party-alone", "it sent a token that we don't know", evidence=strange
        )
        return
    check(
        "security-token-for-its-party-alone",
        not foreign,
        expected=NONE_FOREIGN,
        found=unless(not foreign, "a token that this party never had"),
        evidence=foreign or elsewhere.calls,
    )


def _kept_on_the_way(check: Check, again: Sighting) -> None:
    """Whether the call that followed our redirect to ourselves has a token."""
    if again.exchange is None:
        check.not_applicable("security-redirect-keeps-token", "it followed no redirect")
        return
    kept = bool(token_in(again.exchange))
    found = "a token" if kept else "none"
    check("security-redirect-keeps-token", kept, expected="a token", found=found, evidence=again)


def _kept_home(check: Check, elsewhere: Canary, first: Sighting) -> None:
    check.requires(first.seen, "it didn't come to where we redirect to another host")
    told = [call for call in elsewhere.calls if token_in(call)]
    check(
        "security-redirect-keeps-token-home",
        not told,
        expected="no call there, or one without a token",
        found=unless(not told, f"a call at {urlsplit(elsewhere.origin).netloc} with a token"),
        evidence=told or elsewhere.calls or first,
    )
