"""Flaws in the charging profiles that a party writes: an eMSP in what it sets, a CPO in what it plans."""

from typing import Any

from ..chargingprofiles import MODULE
from .flaw import Party, Proceed, Request, Response, calling
from .shaping import Change, addresses, with_body, without

EMSP = ("EMSP",)
SET, ACTIVE = f"{MODULE}.receiver.set", f"{MODULE}.sender.active_result"

Profile = dict[str, Any]


def _writing(party: Party, request: Request, proceed: Proceed, change: Change) -> Response:
    """Change the ChargingProfile of a request to set one, or of an answer that has the active one."""

    def inside(body: Profile) -> Profile:
        return {**body, "charging_profile": change(dict(body["charging_profile"]))}

    if addresses(party, request, SET):
        request = with_body(request, inside)
    elif addresses(party, request, ACTIVE):
        request = with_body(request, lambda result: {**result, "profile": inside(result["profile"])})
    return proceed(request)


def _each(profile: Profile, change: Change) -> Profile:
    periods = profile["charging_profile_period"]
    return {**profile, "charging_profile_period": [change(dict(period)) for period in periods]}


@calling("profile-limit-with-two-decimals", breaks=("chargingprofiles-one-decimal",))
def profile_limit_with_two_decimals(party: Party, request: Request, proceed: Proceed) -> Response:
    """Limits have two digits behind the point."""
    return _writing(
        party,
        request,
        proceed,
        lambda profile: _each(profile, lambda period: {**period, "limit": period["limit"] - 0.25}),
    )


@calling("profile-period-twice", breaks=("chargingprofiles-periods-in-order",))
def profile_period_twice(party: Party, request: Request, proceed: Proceed) -> Response:
    """Each period of a profile comes twice."""
    return _writing(
        party,
        request,
        proceed,
        lambda profile: {**profile, "charging_profile_period": 2 * profile["charging_profile_period"]},
    )


@calling("profile-without-unit", breaks=("chargingprofiles-profile-fields",))
def profile_without_unit(party: Party, request: Request, proceed: Proceed) -> Response:
    """Profiles don't say in which unit their limits are."""
    return _writing(party, request, proceed, lambda profile: without(profile, "charging_rate_unit"))


@calling("profile-in-kilowatts", breaks=("chargingprofiles-profile-values",))
def profile_in_kilowatts(party: Party, request: Request, proceed: Proceed) -> Response:
    """The unit of a profile is KW."""
    return _writing(party, request, proceed, lambda profile: {**profile, "charging_rate_unit": "KW"})


@calling("profile-period-without-start", breaks=("chargingprofiles-period-fields",))
def profile_period_without_start(party: Party, request: Request, proceed: Proceed) -> Response:
    """The first period of a profile has no start."""
    return _writing(
        party,
        request,
        proceed,
        lambda profile: _each(profile, lambda period: without(period, "start_period")),
    )


@calling("profile-start-as-text", breaks=("chargingprofiles-period-values",))
def profile_start_as_text(party: Party, request: Request, proceed: Proceed) -> Response:
    """The starts of periods are texts."""
    return _writing(
        party,
        request,
        proceed,
        lambda profile: _each(
            profile, lambda period: {**period, "start_period": f"{period['start_period']}"}
        ),
    )


@calling("response-url-null", breaks=("chargingprofiles-set-request-fields",), roles=EMSP)
def response_url_null(party: Party, request: Request, proceed: Proceed) -> Response:
    """Profiles are set with a response_url of null."""
    if addresses(party, request, SET):
        request = with_body(request, lambda body: {**body, "response_url": None})
    return proceed(request)


@calling("response-url-as-list", breaks=("chargingprofiles-set-request-values",), roles=EMSP)
def response_url_as_list(party: Party, request: Request, proceed: Proceed) -> Response:
    """Profiles are set with a list of URLs."""
    if addresses(party, request, SET):
        request = with_body(request, lambda body: {**body, "response_url": [body["response_url"]]})
    return proceed(request)
