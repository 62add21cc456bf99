"""Flaws of a CPO to which Tokens are PUT, and that is asked for them."""

from typing import Any

from ...schemas.validation import validator
from ..store import Key, Table, key_of
from .flaw import Party, Proceed, Request, Response, serving
from .shaping import addresses, answered_as, ok, with_body, with_envelope, without

CPO = ("CPO",)
PUT = "tokens.receiver.put"
GET = "tokens.receiver.get"
OPTIONALS = frozenset({"visual_number", "group_id", "language", "default_profile_type", "energy_contract"})


def copies(party: Party) -> Table:
    """The Tokens that a CPO has from others."""
    return party.store.received("tokens")


def key_in(request: Request, type_: str | None = None) -> Key:
    """The key of the Token that a URL addresses."""
    country, owner, uid = request.segments[-3:]
    return key_of(country, owner, uid, type_ or request.query.get("type", "RFID"))


def refusal(response: Response, message: str) -> Response:
    """The answer 2001 in place of another."""
    return with_envelope(response, status_code=2001, status_message=message)


@serving("new-token-forgotten", breaks=("tokens-put-stored",), roles=CPO)
def new_token_forgotten(party: Party, request: Request, proceed: Proceed) -> Response:
    """A new Token is welcomed and forgotten."""
    if not addresses(party, request, PUT):
        return proceed(request)
    known = copies(party).get(key_in(request))
    response = proceed(request)
    if ok(response) and known is None:
        copies(party).delete(key_in(request))
    return response


@serving("put-token-drops-visual-number", breaks=("tokens-put-optionals-kept",), roles=CPO)
def put_token_drops_visual_number(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tokens are kept without what is printed on them."""
    if addresses(party, request, PUT):
        request = with_body(request, lambda token: without(token, "visual_number"))
    return proceed(request)


@serving("put-known-token-keeps-contract", breaks=("tokens-put-replaces",), roles=CPO)
def put_known_token_keeps_contract(party: Party, request: Request, proceed: Proceed) -> Response:
    """A PUT of a known Token doesn't change its contract."""
    return _rewriting(
        party, request, proceed, lambda known, new: {**new, "contract_id": known["contract_id"]}
    )


@serving("put-token-merges-optionals", breaks=("tokens-put-resets-optionals",), roles=CPO)
def put_token_merges_optionals(party: Party, request: Request, proceed: Proceed) -> Response:
    """Fields that a PUT leaves off stay as they were."""
    return _rewriting(party, request, proceed, lambda known, new: {**known, **new})


def _rewriting(party: Party, request: Request, proceed: Proceed, change: Any) -> Response:
    """Store of a PUT to a known Token what `change` makes of the old and the new."""
    if not addresses(party, request, PUT):
        return proceed(request)
    known = copies(party).get(key_in(request))
    response = proceed(request)
    if ok(response) and known is not None:
        copies(party).put(key_in(request), change(known, request.json))
    return response


@serving("put-new-token-as-200", breaks=("tokens-put-new-201",), roles=CPO)
def put_new_token_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A created Token is answered like an updated one."""
    return answered_as(party, request, proceed, PUT, old=201, new=200)


@serving("put-known-token-as-201", breaks=("tokens-put-known-200",), roles=CPO)
def put_known_token_as_201(party: Party, request: Request, proceed: Proceed) -> Response:
    """An updated Token is answered like a created one."""
    return answered_as(party, request, proceed, PUT, old=200, new=201)


@serving("bare-token-refused", breaks=("tokens-put-accepts-minimal",), roles=CPO)
def bare_token_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token without any optional field is refused."""
    return _refusing(party, request, proceed, lambda token: not OPTIONALS & set(token))


@serving("token-with-null-refused", breaks=("tokens-put-accepts-nulls",), roles=CPO)
def token_with_null_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token in which a field is null is refused."""
    return _refusing(party, request, proceed, lambda token: None in token.values())


@serving("long-issuer-refused", breaks=("tokens-put-accepts-full",), roles=CPO)
def long_issuer_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """An issuer may have 50 characters at most."""
    return _refusing(party, request, proceed, lambda token: len(token["issuer"]) > 50)


@serving("ad-hoc-user-refused", breaks=("tokens-put-accepts-every-kind",), roles=CPO)
def ad_hoc_user_refused(party: Party, request: Request, proceed: Proceed) -> Response:
    """Tokens of the type AD_HOC_USER are refused."""
    return _refusing(party, request, proceed, lambda token: token["type"] == "AD_HOC_USER")


def _refusing(party: Party, request: Request, proceed: Proceed, refuses: Any) -> Response:
    if not addresses(party, request, PUT):
        return proceed(request)
    judge = validator(party.version, "Token")
    known = copies(party).get(key_in(request))
    response = proceed(request)
    if not judge.is_valid(request.json) or not ok(response) or not refuses(request.json):
        return response
    copies(party).delete(key_in(request))
    if known is not None:
        copies(party).put(key_in(request), known)
    return refusal(response, "This Token can't be taken")


@serving("put-invalid-token-accepted", breaks=("tokens-put-invalid-refused",), roles=CPO)
def put_invalid_token_accepted(party: Party, request: Request, proceed: Proceed) -> Response:
    """Incomplete and malformed Tokens are answered with success."""
    response = proceed(request)
    if not addresses(party, request, PUT) or not request.has_json:
        return response
    valid = validator(party.version, "Token").is_valid(request.json)
    return response if valid else with_envelope(response, status_code=1000, status_message=None)


@serving("refused-token-stored-anyway", breaks=("tokens-refused-leaves-store",), roles=CPO)
def refused_token_stored_anyway(party: Party, request: Request, proceed: Proceed) -> Response:
    """A refused PUT changes the Token all the same."""
    response = proceed(request)
    if addresses(party, request, PUT) and response.envelope.get("status_code") == 2001:
        known = copies(party).get(key_in(request))
        if known is not None:
            copies(party).put(key_in(request), {**known, "issuer": "Stored anyway"})
    return response


@serving("put-token-trusts-url-uid", breaks=("tokens-put-uid-mismatch-2001",), roles=CPO)
def put_token_trusts_url_uid(party: Party, request: Request, proceed: Proceed) -> Response:
    """A uid that differs from the URL's is overwritten silently."""
    return _overwriting(party, request, proceed, lambda: {"uid": request.segments[-1]})


@serving("put-token-trusts-url-type", breaks=("tokens-put-type-mismatch-refused",), roles=CPO)
def put_token_trusts_url_type(party: Party, request: Request, proceed: Proceed) -> Response:
    """A type that differs from the type parameter is overwritten silently."""
    return _overwriting(party, request, proceed, lambda: {"type": request.query.get("type", "RFID")})


@serving("put-token-trusts-url-owner", breaks=("tokens-put-owner-mismatch-refused",), roles=CPO)
def put_token_trusts_url_owner(party: Party, request: Request, proceed: Proceed) -> Response:
    """An owner that differs from the URL's is overwritten silently."""
    owner = request.segments[-3:-1]
    return _overwriting(
        party, request, proceed, lambda: dict(zip(("country_code", "party_id"), owner, strict=True))
    )


def _overwriting(party: Party, request: Request, proceed: Proceed, fields: Any) -> Response:
    if addresses(party, request, PUT):
        request = with_body(request, lambda token: {**token, **fields()})
    return proceed(request)


@serving("token-owners-mixed-up", breaks=("tokens-owners-kept-apart",), roles=CPO)
def token_owners_mixed_up(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token takes the place of others of the same uid and type, whoever owns them."""
    return _spilling(party, request, proceed, slice(2, 4))


@serving("token-types-mixed-up", breaks=("tokens-type-is-part-of-key",), roles=CPO)
def token_types_mixed_up(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token takes the place of others of the same owner and uid, whatever their type."""
    return _spilling(party, request, proceed, slice(0, 3))


def _spilling(party: Party, request: Request, proceed: Proceed, equal: slice) -> Response:
    response = proceed(request)
    if addresses(party, request, PUT) and ok(response):
        for key, _ in copies(party).items():
            if key[equal] == key_in(request)[equal]:
                copies(party).put(key, request.json)
    return response


@serving("token-type-defaults-to-app", breaks=("tokens-type-default-rfid",), roles=CPO)
def token_type_defaults_to_app(party: Party, request: Request, proceed: Proceed) -> Response:
    """A GET without type finds the Token of an app first."""
    if addresses(party, request, GET) and "type" not in request.query:
        app = copies(party).get(key_in(request, "APP_USER"))
        if app is not None:
            return proceed(Request(request.headers, request.body, "GET", f"{request.url}?type=APP_USER"))
    return proceed(request)


@serving("unknown-token-as-200", breaks=("tokens-receiver-get-unknown-404",), roles=CPO)
def unknown_token_as_200(party: Party, request: Request, proceed: Proceed) -> Response:
    """A Token that it doesn't have is answered with HTTP 200 and 2004."""
    response = proceed(request)
    if not addresses(party, request, GET) or response.status != 404:
        return response
    return with_envelope(Response(response.headers, response.body, 200), status_code=2004)
