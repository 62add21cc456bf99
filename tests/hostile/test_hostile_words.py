"""Runs against platforms whose every word is meant for whoever shows or stores it: markup, paths, controls."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from ocpi_conformance.reports import load

from tests.hostile.platform import a_platform, in_every_string
from tests.hostile.runs import a_run, assert_a_result
from tests.hostile.spoilings import CLIMB, SCRIPT
from tests.reports.test_html_in_browser import browser, opened  # noqa: F401 - a fixture

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TRICKS = {
    "climbing": CLIMB,
    "absolute": "/tmp/climbed",
    "of another system": "..\\..\\climbed\\C:\\climbed",
    "with NUL": "climbed\x00../../climbed",
    "very long": "../climbed/" * 100,
    "of a shell": "$HOME/climbed;touch climbed;`touch climbed`",
}
OPEN = """() => {
    const most = [["details:not(.requirement, .exchange)", 1e9], [".requirement", 60], [".exchange", 200]];
    for (const [which, count] of most)
        for (const each of [...document.querySelectorAll(which)].slice(0, count)) each.open = true;
}"""
"""Opens the page, but not thousands of exchanges: to lay them all out takes a browser minutes."""
_WATCH = """
import os, sys, threading
FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC
LOG = os.open(os.environ["WATCH_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)

def watch(event, args):
    if event == "open" and isinstance(args[0], (str, bytes)) and args[2] & FLAGS:
        told = [args[0]]
    elif event in ("os.mkdir", "os.remove", "os.rmdir", "os.truncate", "os.chmod", "os.link", "os.symlink"):
        told = [args[0]]
    elif event == "os.rename":
        told = args[:2]
    else:
        return
    for path in told:
        os.write(LOG, os.path.abspath(os.fsdecode(path)).encode() + b"\\n")

sys.addaudithook(watch)
"""


@pytest.mark.parametrize("role", ["CPO", "EMSP"])
def test_script_in_every_string_stays_text(role: str, browser: "Browser", tmp_path: Path):  # noqa: F811
    """In the report nothing runs, nothing is fetched, nobody is asked; other renderings can be read."""
    folder = tmp_path / "out"
    with a_platform(role, in_every_string(lambda text: text + SCRIPT)) as platform:
        ended = a_run(*platform.flags, "--name", f"run{SCRIPT}", folder=folder, environ=platform.environ)
    assert_a_result(ended)
    result = load(folder)
    assert sum(SCRIPT in exchange.response_body + exchange.request_body for exchange in result.exchanges) > 50
    assert sum("window.pwned" in row.found for row in result.verdicts) > 50

    view = opened(browser, result, tmp_path)
    page = view.page
    page.set_default_timeout(120_000)
    page.evaluate(OPEN)
    page.locator(".requirement .exchange").first.wait_for(state="attached")
    page.evaluate(OPEN)
    page.locator(".exchange pre").first.wait_for(state="attached")
    assert page.evaluate("window.pwned") is None
    assert page.locator("main img, main script").count() == 0
    assert "window.pwned" in page.locator("main").text_content()
    assert view.strayed == []

    assert ElementTree.parse(folder / "junit.xml").getroot().tag.startswith("testsuite")
    assert json.loads((folder / "traffic.har").read_bytes())["log"]["entries"]
    written = (folder / "summary.md").read_text(encoding="utf-8")
    assert "<script" not in re.sub(
        r"(?ms)^(`{3,})sh\n.*?^\1$", "", written
    )  # a code block shows what it holds
    for file in (folder / "allure-results").glob("*-result.json"):
        assert json.loads(file.read_bytes())["status"]


@pytest.mark.parametrize(("role", "trick"), list(zip(("CPO", "EMSP") * 3, TRICKS, strict=True)))
def test_paths_in_every_string_lead_nowhere(role: str, trick: str, tmp_path: Path):
    """Every file that the run opens to write, and every folder it makes, is its own."""
    folder, log, inside = tmp_path / "out", tmp_path / "log", tmp_path / "here"
    inside.mkdir()
    (inside / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
    text = TRICKS[trick]
    with a_platform(role, in_every_string(lambda _: text)) as platform:
        environ = {**platform.environ, "PYTHONPATH": str(inside), "WATCH_LOG": str(log)}
        given = text.replace("\x00", "")[:2000]
        ended = a_run(
            *platform.flags,
            *("--name", given, "--location-id", given, "--token-uid", given),
            folder=folder,
            environ={**environ, "PYTHONDONTWRITEBYTECODE": "1"},
            cwd=inside,
        )
    assert_a_result(ended)
    written = {Path(line) for line in log.read_text(encoding="utf-8").splitlines()}
    assert folder / "result.json" in {
        path.with_name("result.json") for path in written if folder in path.parents
    }
    assert [path for path in written if not _may_be_written(path, folder)] == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["here", "log", "out"]
    assert [path.name for path in inside.iterdir()] == ["sitecustomize.py"]


def _may_be_written(path: Path, folder: Path) -> bool:
    return folder in (path, *path.parents) or path == Path(os.devnull)


def test_the_watch_sees_what_is_written_elsewhere(tmp_path: Path):
    """What the tests above rely on."""
    (tmp_path / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
    environ = {**os.environ, "PYTHONPATH": str(tmp_path), "WATCH_LOG": str(tmp_path / "log")}
    subprocess.run(
        [sys.executable, "-c", "open('climbed', 'w').close(); import os; os.mkdir('folder')"],
        env=environ,
        cwd=tmp_path,
        check=True,
    )
    told = (tmp_path / "log").read_text(encoding="utf-8")
    assert f"{tmp_path / 'climbed'}\n" in told
    assert f"{tmp_path / 'folder'}\n" in told
