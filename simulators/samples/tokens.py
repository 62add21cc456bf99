"""Tokens: cards, apps and one-time users of an eMSP."""

import uuid
from typing import Any

from .identifiers import ALPHABET, contract_id
from .source import Json, Source, Wanted, stamp

TYPES = ("RFID", "APP_USER", "AD_HOC_USER", "OTHER")
WHITELISTS = ("ALWAYS", "ALLOWED", "ALLOWED_OFFLINE", "NEVER")
PROFILES = ("CHEAP", "FAST", "GREEN", "REGULAR")


class Tokens(Source):
    """Draws objects of the tokens module."""

    def token(
        self,
        *,
        type: str = "RFID",
        whitelist: str | None = None,
        full: bool = False,
        minimal: bool = False,
        **overrides: Any,
    ) -> Json:
        """A Token; app tokens are not whitelisted (mod_tokens.asciidoc#mod_tokens_tokentype_enum)."""
        wanted = Wanted(self, full=full, minimal=minimal)
        count = self.number("token")
        contract = contract_id(self.country_code, self.party_id, self._account(count))
        token: Json = {
            **self.owner(),
            "uid": self._uid(type, count),
            "type": type,
            "contract_id": contract,
        }
        if wanted():
            token["visual_number"] = contract if self.chance(0.5) else f"{self.namespace}-{count:06d}"
        token["issuer"] = self.random.choice(self.pools.operators)
        if wanted(0.3):
            # OCPP 1.x knows groups of at most 20 characters.
            token["group_id"] = f"G{self.namespace}{self.number('group'):05d}"
        token["valid"] = True
        token["whitelist"] = whitelist or ("NEVER" if type in ("APP_USER", "AD_HOC_USER") else "ALLOWED")
        wanted.fill(
            token,
            {
                "language": lambda: self.random.choice(self.cities[0].country.languages),
                "default_profile_type": lambda: self.random.choice(PROFILES),
                "energy_contract": lambda: self._energy_contract(wanted),
            },
            probability=0.4,
        )
        token["last_updated"] = stamp(self.moment())
        return {**token, **overrides}

    def location_references(self, location: Json, *, evse_uids: list[str] | None = None) -> Json:
        """LocationReferences to a location, and to the named EVSEs of it or to all."""
        uids = evse_uids if evse_uids is not None else [evse["uid"] for evse in location.get("evses") or ()]
        return {"location_id": location["id"], "evse_uids": uids}

    def authorization_info(
        self, token: Json, *, allowed: str = "ALLOWED", location: Json | None = None
    ) -> Json:
        """AuthorizationInfo about a token, with a reference to authorize by when it is allowed."""
        info: Json = {"allowed": allowed, "token": token}
        if location is not None:
            info["location"] = self.location_references(location)
        if allowed == "ALLOWED":
            info["authorization_reference"] = self.new_id("AUTH")
        return info

    def cdr_token(self, token: Json) -> Json:
        """What sessions and CDRs carry of a token (mod_cdrs.asciidoc#mod_cdrs_cdr_token_object)."""
        return {name: token[name] for name in ("country_code", "party_id", "uid", "type", "contract_id")}

    def _account(self, count: int) -> str:
        digits = []
        for _ in range(4):
            count, digit = divmod(count, 36)
            digits.append(ALPHABET[digit])
        return self.namespace[:4] + "".join(reversed(digits))

    def _uid(self, token_type: str, count: int) -> str:
        space = uuid.uuid5(uuid.NAMESPACE_OID, self.namespace)
        if token_type == "RFID":
            # A seven-byte card number of one manufacturer, as readers give it.
            return f"04{space.hex[:6]}{count:06X}".upper()
        return str(uuid.uuid5(space, str(count)))

    def _energy_contract(self, wanted: Wanted) -> Json:
        contract: Json = {"supplier_name": self.random.choice(self.pools.suppliers)}
        if wanted():
            contract["contract_id"] = f"{self.random.randrange(10**10):010d}"
        return contract
