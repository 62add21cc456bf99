"""The Link header of a page (RFC 8288)."""

import re

_LINK = re.compile(
    r'<([^<>]{0,4096})>((?:\s*;\s*[^\s=;,]{1,64}(?:\s*=\s*(?:"[^"]{0,512}"|[^\s;,"]{0,512}))?){0,16})'
)
_RELATION = re.compile(r';\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,"]+))', re.IGNORECASE)


def links(header: str | None) -> list[tuple[str, frozenset[str]]]:
    """The targets in a Link header, each with its relations in lower case."""
    found = []
    for target, parameters in _LINK.findall((header or "")[:65536]):
        relation = _RELATION.search(parameters)
        names = (relation.group(1) or relation.group(2) or "") if relation else ""
        found.append((target.strip(), frozenset(names.lower().split())))
    return found


def next_link(header: str | None) -> str | None:
    """The URL of the next page as it is written; None on the last page."""
    return next((target for target, relations in links(header) if target and "next" in relations), None)
