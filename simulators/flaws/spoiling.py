"""What flaws do with bodies that are wrong: say where they are, mend them, and keep a part of them."""

from fnmatch import fnmatchcase
from typing import Any

from ...schemas.exemplars import Path, Site, changed, exemplar, root_of, sites
from ...schemas.finding import Finding
from ...schemas.validation import validator
from ..answering import endpoint_of
from ..exchange import Request
from ..party import Party

__all__ = ["mended", "the_fault", "wrong_at"]


def the_fault(party: Party, request: Request, pattern: str) -> Finding | None:
    """The one thing that is wrong with a body sent to an endpoint of that pattern; None where it isn't one."""
    endpoint = request.endpoint or endpoint_of(party, request)
    if endpoint is None or endpoint.body is None or not fnmatchcase(endpoint.id, pattern):
        return None
    shape = "patch" if endpoint.patch else "full"
    found = validator(party.version, endpoint.body, shape).findings(request.json)
    return found[0] if len(found) == 1 else None


def wrong_at(party: Party, request: Request, pattern: str, pointer: str, *rules: str) -> bool:
    """Whether a body sent to an endpoint of that pattern breaks one of the rules at that place, and nothing else."""
    fault = the_fault(party, request, pattern)
    return fault is not None and fault.pointer == pointer and fault.rule in rules


def mended(party: Party, request: Request, pointer: str) -> Request:
    """The request as if something right stood at the place."""
    endpoint = request.endpoint or endpoint_of(party, request)
    assert endpoint is not None
    assert endpoint.body is not None
    root = root_of(party.version, endpoint.body, "patch" if endpoint.patch else "full")
    path = path_of(pointer)
    site = next(site for site in sites(root) if site.path == path)
    return request.with_json(changed(root, request.json, path, _right(site)))


def path_of(pointer: str) -> Path:
    """The path of a JSON Pointer that leads to fields and into lists."""
    return tuple(int(step) if step.isdigit() else step for step in pointer.split("/")[1:])


def _right(site: Site) -> Any:
    return [exemplar(site.schema["items"])] if "items" in site.schema else exemplar(site.schema)
