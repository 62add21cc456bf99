"""The whole output folder of a run, every rendering of its result."""

from collections.abc import Callable
from pathlib import Path

from .files import write
from .manifest import MANIFEST
from .ndjson import lines
from .result import Result
from .store import EXCHANGES, RESULT
from .store import render as record

__all__ = ["ALLURE", "REPORT", "write_all"]

REPORT = "report.html"
ALLURE = "allure-results"


def write_all(result: Result, folder: Path) -> Path:
    """Write every rendering of `result` into `folder`, which is made when it is not there.

    The record comes first, so that it is safe should a later file fail, and the manifest last; each file is
    written beside its place and renamed. Returns the path of `report.html`.

    Raises:
        OSError: the folder can't be written to.
    """
    from . import allure, coverage, har, html, junit, manifest, summary

    renderings: dict[str, Callable[[Result], str | bytes]] = {
        RESULT: record,
        EXCHANGES: lambda result: lines(result.exchanges),
        "traffic.har": har.render,
        REPORT: html.render,
        "junit.xml": junit.render,
        "summary.md": summary.render,
        "coverage.json": coverage.render,
    }
    written = [write(folder / name, render(result)) for name, render in renderings.items()]
    written += allure.write(result, folder / ALLURE)
    write(folder / MANIFEST, manifest.render(folder, written))
    return folder / REPORT
