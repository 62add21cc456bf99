"""Parties: what a platform says of itself and its roles, and what a hub says of them."""

from typing import Any

from .descriptions import Descriptions
from .source import Json, stamp

CONNECTIONS = ("CONNECTED", "OFFLINE", "PLANNED", "SUSPENDED")


class Parties(Descriptions):
    """Draws objects of the credentials and hubclientinfo modules."""

    def credentials(
        self,
        *,
        token: str,
        url: str,
        roles: list[Json] | None = None,
        role: str = "CPO",
        full: bool = False,
        minimal: bool = False,
    ) -> Json:
        """Credentials with a token and a versions URL, for the given roles or for one of this party's own."""
        own = roles or [self.credentials_role(role=role, full=full, minimal=minimal)]
        return {"token": token, "url": url, "roles": own}

    def credentials_role(
        self, *, role: str = "CPO", full: bool = False, minimal: bool = False, **overrides: Any
    ) -> Json:
        """A CredentialsRole of this party."""
        details = self.business_details(full=full, minimal=minimal)
        return {"role": role, "business_details": details, **self.owner(), **overrides}

    def client_info(self, *, role: str = "EMSP", status: str = "CONNECTED", **overrides: Any) -> Json:
        """A ClientInfo of a hub about a party."""
        return {
            "party_id": self.party_id,
            "country_code": self.country_code,
            "role": role,
            "status": status,
            "last_updated": stamp(self.moment()),
            **overrides,
        }
