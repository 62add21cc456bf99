"""Versions: where every connection begins."""

from typing import Any

from .answering import Reply, Visit, unknown
from .calling import Answer
from .connection import Connection
from .party import Party, performs, serves


class Versions(Party):
    """The versions and version details endpoints, and the discovery of another party's."""

    @serves("versions.list")
    def list_versions(self, visit: Visit) -> Reply:  # noqa: ARG002
        return Reply(data=[{"version": self.version, "url": f"{self.base_url}/{self.version}"}])

    @serves("versions.details")
    def version_details(self, visit: Visit) -> Reply:
        if visit.parameters["version"] != self.version:
            return unknown("This version is not served")
        listed = [
            {"identifier": module, "role": interface or "SENDER", "url": self.url(module, interface)}
            for module, interface in self.interfaces()
        ]
        return Reply(data={"version": self.version, "endpoints": listed})

    def get_versions(self, url: str, *, token: str | None) -> Answer:
        """Ask another party which versions it speaks."""
        return self.call("GET", url, token=token, endpoint="versions.list")

    def get_details(self, url: str, *, token: str | None) -> Answer:
        """Ask for the endpoints of one version."""
        return self.call("GET", url, token=token, endpoint="versions.details")

    @performs("read-versions")
    def act_read_versions(self, connection: Connection, parameters: dict[str, Any]) -> dict[str, Any]:  # noqa: ARG002
        """GET versions and version details, and take over the endpoints."""
        token = connection.token_out or ""
        found = self.discover(connection.versions_url, token=token, version=self.version)
        if found.reached:
            found.apply_to(connection, self.version)
        return {"endpoints": len(found.endpoints)}

    def discover(self, versions_url: str, *, token: str, version: str) -> "Discovery":
        """Fetch versions, then the details of `version`."""
        versions = self.get_versions(versions_url, token=token)
        url = _url_of(versions, version)
        if url is None:
            return Discovery(versions=versions)
        return Discovery(versions=versions, details=self.get_details(url, token=token))


class Discovery:
    """What another party says of itself: the answers, and the endpoints in them."""

    def __init__(self, *, versions: Answer, details: Answer | None = None) -> None:
        self.versions = versions
        self.details = details

    @property
    def offered(self) -> list[str]:
        """The version numbers listed."""
        return [
            str(row["version"]) for row in self.versions.items if isinstance(row, dict) and "version" in row
        ]

    @property
    def reached(self) -> bool:
        """Both answers came, the second with at least one endpoint."""
        return bool(self.versions.accepted and self.details and self.details.accepted and self.endpoints)

    @property
    def endpoints(self) -> dict[tuple[str, str], str]:
        """URL by module and interface role."""
        listed: dict[tuple[str, str], str] = {}
        for row in self.rows:
            if all(isinstance(row.get(key), str) for key in ("identifier", "role", "url")):
                listed.setdefault((row["identifier"], row["role"]), row["url"])
        return listed

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The Endpoint objects as listed."""
        data = self.details.data if self.details else None
        rows = data.get("endpoints") if isinstance(data, dict) else None
        return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []

    def apply_to(self, connection: Connection, version: str) -> None:
        """Let a connection use what was found."""
        connection.version = version
        connection.endpoints = self.endpoints


def _url_of(versions: Answer, version: str) -> str | None:
    for row in versions.items:
        if isinstance(row, dict) and row.get("version") == version and isinstance(row.get("url"), str):
            return row["url"]
    return None
