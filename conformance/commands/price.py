"""`ocpi-conformance price`: what a CDR costs, period by period, and where it says otherwise."""

from enum import StrEnum
from typing import Annotated

import typer


class Output(StrEnum):
    """How the explanation is written."""

    TEXT = "text"
    JSON = "json"


def price(
    cdr: Annotated[str, typer.Argument(metavar="CDR.json", help="A CDR or Session, or a list; - for input.")],
    tariffs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[TARIFF.json...]", help="Its tariffs; a CDR by itself is priced by its own."),
    ] = None,
    *,
    time_zone: Annotated[
        str | None,
        typer.Option(
            help="That of the location, as Europe/Amsterdam; left out: any in which it comes out right."
        ),
    ] = None,
    ocpi_version: Annotated[str, typer.Option(help="The version that it is written in.")] = "2.2.1",
    format_: Annotated[Output, typer.Option("--format", help="For people, or JSON.")] = Output.TEXT,
) -> None:
    """Recompute what a CDR costs, explain each period, and say where the CDR differs.

    Exits 0 if all stated amounts are right, 1 if one differs, 4 if a file can't be read or priced, 5 if there is no
    amount to compare.
    """
    from ..costing import FORMAT, cost_file
    from ..errors import ExitCode

    found = cost_file(cdr, tariffs or (), time_zone=time_zone, version=ocpi_version)
    if format_ is Output.JSON:
        import json

        record = {"format": FORMAT, "ocpi_version": ocpi_version, "records": [one.as_json() for one in found]}
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
    else:
        for one in found:
            for line in one.text():
                typer.echo(line)
    if any(one.differs for one in found):
        raise typer.Exit(ExitCode.NOT_CONFORMANT)
    if not any(one.compared for one in found):
        typer.echo("nothing to compare: no amount is stated", err=True)
        raise typer.Exit(ExitCode.NOTHING_SELECTED)
