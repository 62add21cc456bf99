"""Flaws in the requests that a party makes."""

from dataclasses import replace
from uuid import uuid4

from ..connection import authorization, new_token, token_of
from ..party import Party
from .flaw import Proceed, Request, Response, calling, choice
from .shaping import addresses, functional, with_body

CPO = ("CPO",)
TARIFF = "tariffs.receiver.put"
SOME = ("id", "uid", "country_code", "party_id", "currency", "type", "whitelist", "last_updated")
ROUTING = ("OCPI-to-country-code", "OCPI-to-party-id", "OCPI-from-country-code", "OCPI-from-party-id")


@calling("tariffs-sent-without-token", breaks=("transport-client-authorization-present",), roles=CPO)
def tariffs_sent_without_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tariffs are pushed without an Authorization header."""
    pushed = addresses(party, request, TARIFF)
    return proceed(request.with_header("Authorization", None) if pushed else request)


@calling("tariffs-sent-as-bearer", breaks=("transport-client-authorization-scheme",), roles=CPO)
def tariffs_sent_as_bearer(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tariffs are pushed with the scheme Bearer."""
    if not addresses(party, request, TARIFF):
        return proceed(request)
    value = (request.header("Authorization") or "").replace("Token ", "Bearer ")
    return proceed(request.with_header("Authorization", value))


@calling("token-sent-plain", breaks=("transport-client-authorization-encoded",))
def token_sent_plain(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token is sent un-encoded with every push."""
    token = token_of(request.header("Authorization"))
    if not token or not addresses(party, request, "*.receiver.put*"):
        return proceed(request)
    return proceed(request.with_header("Authorization", f"Token {token}"))


@calling("token-sent-with-line-end", breaks=("transport-client-authorization-no-newline",))
def token_sent_with_line_end(party: Party, request: Request, proceed: Proceed) -> Response:
    """The token is encoded with a line end with every push."""
    token = token_of(request.header("Authorization"))
    if not token or not addresses(party, request, "*.receiver.put*"):
        return proceed(request)
    return proceed(request.with_header("Authorization", authorization(token + "\n")))


@calling("tariffs-sent-with-made-up-token", breaks=("transport-client-authorization-right-token",), roles=CPO)
def tariffs_sent_with_made_up_token(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tariffs are pushed with a token that nobody gave."""
    if not addresses(party, request, TARIFF):
        return proceed(request)
    return proceed(request.with_header("Authorization", authorization(new_token())))


@calling(
    "bodies-sent-as-text",
    breaks=("transport-client-content-type",),
    parameters={"type": choice("text/plain", "application/xml", "none", means="the Content-Type")},
)
def bodies_sent_as_text(
    party: Party,  # noqa: ARG001
    request: Request,
    proceed: Proceed,
    *,
    type: str = "text/plain",
) -> Response:
    """Bodies are announced as text/plain."""
    kind = None if type == "none" else type
    return proceed(request.with_header("Content-Type", kind) if request.body else request)


@calling("versions-asked-without-request-id", breaks=("transport-client-request-id-present",))
def versions_asked_without_request_id(party: Party, request: Request, proceed: Proceed) -> Response:
    """Versions are asked for without an X-Request-ID."""
    asked = addresses(party, request, "versions.*")
    return proceed(request.with_header("X-Request-ID", None) if asked else request)


@calling("request-id-stays", breaks=("transport-client-request-id-unique",))
def request_id_stays(party: Party, request: Request, proceed: Proceed) -> Response:
    """All requests carry the X-Request-ID of the first."""
    first = party.notes.setdefault("request-id", request.header("X-Request-ID"))
    return proceed(request.with_header("X-Request-ID", first))


@calling("sent-without-correlation-id", breaks=("transport-client-correlation-id-present",))
def sent_without_correlation_id(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Requests carry no X-Correlation-ID."""
    return proceed(request.with_header("X-Correlation-ID", None))


@calling("ids-are-counters", breaks=("transport-client-ids-are-uuids",))
def ids_are_counters(party: Party, request: Request, proceed: Proceed) -> Response:
    """Message ids are consecutive numbers."""
    number = party.notes["number"] = party.notes.get("number", 0) + 1
    request = request.with_header("X-Request-ID", f"request-{number}")
    return proceed(request.with_header("X-Correlation-ID", f"exchange-{number}"))


@calling("sent-without-routing", breaks=("transport-client-routing-present",))
def sent_without_routing(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """Requests carry no routing headers."""
    for name in ROUTING:
        request = request.with_header(name, None)
    return proceed(request)


@calling("routed-to-itself", breaks=("transport-client-routing-to",))
def routed_to_itself(party: Party, request: Request, proceed: Proceed) -> Response:
    """Requests are addressed to the party that sends them."""
    if functional(party, request):
        request = request.with_header("OCPI-to-country-code", party.me.country_code)
        request = request.with_header("OCPI-to-party-id", party.me.party_id)
    return proceed(request)


@calling("routed-from-unlisted-party", breaks=("transport-client-routing-from",))
def routed_from_unlisted_party(party: Party, request: Request, proceed: Proceed) -> Response:
    """Requests name as their origin a party that isn't in the credentials."""
    if functional(party, request):
        request = request.with_header("OCPI-from-party-id", "XXX")
    return proceed(request)


@calling("configuration-asked-with-routing", breaks=("transport-client-routing-absent-configuration",))
def configuration_asked_with_routing(party: Party, request: Request, proceed: Proceed) -> Response:
    """Requests for versions carry routing headers."""
    if addresses(party, request, "versions.*"):
        request = request.with_header("OCPI-from-country-code", party.me.country_code)
        request = request.with_header("OCPI-from-party-id", party.me.party_id)
    return proceed(request)


@calling(
    "put-with-some-fields",
    breaks={
        "CPO": ("transport-client-put-complete",),
        "EMSP": ("transport-client-put-complete", "tokens-push-put-matches-served"),
    },
)
def put_with_some_fields(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT carries only some of the fields, required ones among those left out."""
    if addresses(party, request, TARIFF, "tokens.receiver.put"):
        request = with_body(request, lambda body: {name: body[name] for name in SOME if name in body})
    return proceed(request)


@calling("urls-joined-with-two-slashes", breaks=("transport-client-joins-urls",))
def urls_joined_with_two_slashes(party: Party, request: Request, proceed: Proceed) -> Response:
    """Path segments are put behind the endpoint URL with a slash of their own, whatever its end."""
    if addresses(party, request, "locations.receiver.*", "tokens.receiver.*"):
        module = "/locations/" if "/locations/" in request.url else "/tokens/"
        request = replace(request, url=request.url.replace(module, f"{module}/", 1))
    return proceed(request)


@calling(
    "tariff-url-owner-turned-round",
    breaks=("transport-client-owned-url", "tariffs-push-url-own-party"),
    roles=CPO,
)
def tariff_url_owner_turned_round(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tariffs are pushed to URLs with the party before the country."""
    if addresses(party, request, TARIFF):
        there, party_id, country = (
            f"/{party.me.country_code}/{party.me.party_id}/",
            party.me.party_id,
            party.me,
        )
        request = replace(request, url=request.url.replace(there, f"/{party_id}/{country.country_code}/"))
    return proceed(request)


@calling("failed-patch-dropped", breaks=("transport-client-recovers-from-failed-patch",))
def failed_patch_dropped(party: Party, request: Request, proceed: Proceed) -> Response:
    """After a PATCH that failed nothing is looked at and nothing sent."""
    copies = addresses(party, request, "*.receiver.get*") and not addresses(
        party, request, "chargingprofiles.*"
    )
    if request.method == "GET" and copies:
        return Response(headers=(), body=b"", status=200)
    return proceed(request)


@calling("failed-push-repeated", breaks=("transport-client-does-not-queue",))
def failed_push_repeated(party: Party, request: Request, proceed: Proceed) -> Response:
    """A push that failed is kept, and sent before the next one."""
    if not addresses(party, request, "*.receiver.put*"):
        return proceed(request)
    kept: Request | None = party.notes.pop("kept", None)
    if kept is not None:
        proceed(kept.with_header("X-Request-ID", str(uuid4())))
    response = proceed(request)
    if response.status >= 500:
        party.notes["kept"] = request
    return response


@calling("page-with-wrong-object-skipped", breaks=("transport-client-survives-bad-object",))
def page_with_wrong_object_skipped(party: Party, request: Request, proceed: Proceed) -> Response:  # noqa: ARG001
    """A page with a wrong object is thrown away as a whole."""
    response = proceed(request)
    data = response.envelope.get("data")
    required = {"tokens.sender.list": "issuer", "locations.sender.list": "coordinates"}
    field = required.get(request.endpoint.id) if request.endpoint else None
    if field is None or not isinstance(data, list) or all(field in value for value in data):
        return response
    return response.with_json({**response.envelope, "data": []})
