"""`ocpi-conformance judge`: bare objects in files, without a run."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ...schemas.finding import Finding
    from ..judging import Judgement

FORMAT = "ocpi-conformance-judgement/1"


class Output(StrEnum):
    """How the judgement is written."""

    TEXT = "text"
    JSON = "json"


class Shape(StrEnum):
    """What part of the protocol the objects are for."""

    FULL = "full"
    PATCH = "patch"
    RESPONSE = "response"


def judge(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="JSON files, - for standard input.")],
    *,
    ocpi_version: Annotated[str, typer.Option(help="The version whose rules apply, like 2.2.1.")],
    object_: Annotated[str, typer.Option("--object", metavar="NAME", help="What they hold, like Location.")],
    shape: Annotated[Shape, typer.Option(help="Whole objects, bodies of PATCH, or responses.")] = Shape.FULL,
    format_: Annotated[Output, typer.Option("--format", help="One line a finding, or JSON.")] = Output.TEXT,
) -> None:
    """Judge bare JSON objects, or lists of them, by the schemas of a version.

    Exits 0 if nothing is wrong (unknown fields are no fault), 1 on findings, 4 if a file can't be read or the
    version or object is unknown, 5 if the files hold nothing to judge.
    """
    from ..errors import ConformanceError, ExitCode
    from ..judging import judge_file

    judgements: list[Judgement] = []
    failed = ExitCode.CONFORMANT
    for file in files:
        try:
            judgements.append(judge_file(file, version=ocpi_version, name=object_, shape=shape))
        except ConformanceError as error:
            typer.echo(f"error: {error}" + (f" ({error.hint})" if error.hint else ""), err=True)
            failed = error.exit_code
    if format_ is Output.JSON:
        typer.echo(_as_json(judgements, version=ocpi_version, name=object_, shape=shape))
    else:
        _print_lines(judgements)
    if failed:
        raise typer.Exit(failed)
    if any(judgement.findings for judgement in judgements):
        raise typer.Exit(ExitCode.NOT_CONFORMANT)
    if not any(judgement.judged for judgement in judgements):
        typer.echo("error: the files hold nothing to judge", err=True)
        raise typer.Exit(ExitCode.NOTHING_SELECTED)


def _print_lines(judgements: "list[Judgement]") -> None:
    for judgement in judgements:
        for finding in judgement.findings:
            typer.echo(_line(judgement.file, finding))
        for finding in judgement.unknown_fields:
            typer.echo(f"{_line(judgement.file, finding)} (unknown field, no fault)")
    judged = sum(sum(judgement.judged.values()) for judgement in judgements)
    wrong = sum(len(judgement.findings) for judgement in judgements)
    unknown = sum(len(judgement.unknown_fields) for judgement in judgements)
    typer.echo(
        f"{len(judgements)} files, {judged} objects judged, {wrong} findings, {unknown} unknown fields",
        err=True,
    )


def _line(file: str, finding: "Finding") -> str:
    place = finding.pointer or "(the whole value)"
    return f"{file}: {place}: expected {finding.expected}, found {finding.found} [{finding.anchor}]"


def _as_json(judgements: "list[Judgement]", *, version: str, name: str, shape: str) -> str:
    import json
    from dataclasses import asdict

    record = {
        "format": FORMAT,
        "ocpi_version": version,
        "object": name,
        "shape": str(shape),
        "files": [asdict(judgement) for judgement in judgements],
    }
    return json.dumps(record, ensure_ascii=False, indent=2)
