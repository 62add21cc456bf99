"""explain: one requirement, and all that the suite knows of it."""

from typing import Annotated, Any

import typer

from ..errors import ExitCode, UsageError, nearest

__all__ = ["explain"]

_SIDES = {"server": "in what it answers", "client": "in what it sends", "any": "in what it answers and sends"}


def explain(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="A requirement", show_default=False)],
    ocpi_version: Annotated[str, typer.Option(metavar="VERSION", help="The text to link to")] = "2.2.1",
    as_: Annotated[str, typer.Option("--format", help="text or json", metavar="NAME")] = "text",
) -> int:
    """Explain a requirement: the duty, where it stands, what judges it, and which flaws prove that."""
    from ..catalogue import load
    from ..listing import explained
    from .output import check_format, print_json

    check_format(as_)
    catalogue = load()
    if slug not in catalogue:
        raise UsageError(
            f"there is no requirement {slug!r}", hint=nearest(slug, (row.slug for row in catalogue))
        )
    found = explained(catalogue[slug], ocpi_version)
    if as_ == "json":
        print_json(found)
    else:
        _print(found)
    return ExitCode.CONFORMANT


def _print(found: dict[str, Any]) -> None:
    from .output import say, wrapped

    say(found["slug"])
    say(wrapped(found["duty"], first="  "))
    say("")
    for name, value in _facts(found):
        say(wrapped(value, first=f"  {name:<14}"))
    reading = found["reading"]
    if reading:
        say("")
        say(wrapped(reading["question"], first="  contested     "))
        for one in reading["readings"]:
            say(wrapped(one, first="                – "))
        say(wrapped(reading["verdict"], first="  the suite     "))


def _facts(found: dict[str, Any]) -> list[tuple[str, str]]:
    level = found["level"] + (
        "" if found["keyword"] in ("", found["level"]) else f" (in the text: {found['keyword']})"
    )
    who = "every role" if found["role"] == "any" else found["role"]
    side = "" if found["side"] == "any" else f" as {found['side']} of {found['module']}"
    versions = f"from {found['since']}" + (f" until {found['until']}" if found["until"] else "")
    facts = [
        ("level", level + ("" if found["scored"] else ", informative: not scored")),
        ("duty of", f"{who}{side}, {_SIDES[found['acts']]}"),
        ("versions", versions),
        ("feature", found["feature"]),
        ("objects", ", ".join(found["objects"])),
        ("disruptive", "yes: showing it changes the registration" if found["disruptive"] else ""),
        ("text", found["url"]),
        ("judged by", _several(found["scenarios"]) or "the judge of every exchange"),
        ("proven by", _several(found["flaws"]) or "no flaw"),
        ("not shown", found["not_observable"]),
    ]
    return [(name, value) for name, value in facts if value]


def _several(names: list[str]) -> str:
    return ", ".join(names)
