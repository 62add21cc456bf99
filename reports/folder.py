"""The whole output folder of a run, every rendering of its result."""

import shutil
from collections.abc import Callable, Collection
from pathlib import Path

from .files import write
from .manifest import MANIFEST
from .ndjson import lines
from .result import Result
from .store import EXCHANGES, RESULT
from .store import render as record

__all__ = ["ALLURE", "FORMATS", "REPORT", "clear", "write_all"]

REPORT = "report.html"
FORMATS = ("har", "html", "junit", "md", "coverage", "allure")
"""What can be chosen; `json` stands for none of them, the record alone."""
ALLURE = "allure-results"
_FILES = {
    "har": "traffic.har",
    "html": REPORT,
    "junit": "junit.xml",
    "md": "summary.md",
    "coverage": "coverage.json",
}


def clear(folder: Path) -> None:
    """Remove what `write_all` writes from a folder, and nothing else.

    Raises:
        OSError: something can't be removed.
    """
    for name in (RESULT, MANIFEST, *_FILES.values(), EXCHANGES):
        (folder / name).unlink(missing_ok=True)
    if (folder / ALLURE).is_dir():
        shutil.rmtree(folder / ALLURE)


def write_all(result: Result, folder: Path, *, formats: Collection[str] = ()) -> Path:
    """Write the renderings of `result` into `folder`, which is made when it is not there.

    `formats` are `FORMATS`; without any, all are written. The record and its evidence are written in any case. It
    comes first, so that it is safe should a later file fail, and the manifest last; each file is
    written beside its place and renamed. Returns the path of `report.html`.

    Raises:
        OSError: the folder can't be written to.
    """
    from . import allure, coverage, har, html, junit, manifest, summary

    wanted = frozenset(formats or FORMATS)
    renderings: dict[str, Callable[[Result], str | bytes]] = {
        "har": har.render,
        "html": html.render,
        "junit": junit.render,
        "md": summary.render,
        "coverage": coverage.render,
    }
    written = [write(folder / RESULT, record(result)), write(folder / EXCHANGES, lines(result.exchanges))]
    written += [
        write(folder / _FILES[format], render(result))
        for format, render in renderings.items()
        if format in wanted
    ]
    if "allure" in wanted:
        written += allure.write(result, folder / ALLURE)
    write(folder / MANIFEST, manifest.render(folder, written))
    return folder / REPORT
