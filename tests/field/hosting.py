"""A platform on a library of others, in a process and an environment of its own."""

import json
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HOST = Path(__file__).parents[2] / "examples" / "py_ocpi_host"
START_S = 30.0
STOP_S = 5.0


class HostError(Exception):
    """The platform couldn't be started; the message says what it said."""


@dataclass(frozen=True, kw_only=True)
class Host:
    """Where a platform is, and what opens it."""

    versions_url: str
    token: str
    trigger_url: str
    trigger_token: str
    ca_file: str


@contextmanager
def hosted(python: Path, role: str, *, mended: bool, folder: Path) -> Iterator[Host]:
    """The host application in another process, for as long as the context lasts.

    Raises:
        HostError: there is no such environment, or the application doesn't start in it.
    """
    if not python.exists():
        raise HostError(f"there is no {python}: `make field` installs what each library needs")
    folder.mkdir(parents=True, exist_ok=True)
    command = [str(python), str(HOST), "--role", role, "--port", "0", "--folder", str(folder)]
    said = folder / "stderr.txt"
    with said.open("wb") as errors:
        process = subprocess.Popen(
            [*command, *(["--mended"] if mended else [])], stdout=subprocess.PIPE, stderr=errors
        )
        try:
            yield _ready(process, said)
        finally:
            _stop(process)


def _ready(process: subprocess.Popen[bytes], said: Path) -> Host:
    """What it announces when it listens; a platform that stays silent is ended."""
    deadline = threading.Timer(START_S, process.kill)
    deadline.start()
    assert process.stdout
    line = process.stdout.readline()
    deadline.cancel()
    if not line:
        raise HostError(f"the platform didn't start: {said.read_text(errors='replace').strip()[-600:]}")
    return Host(**json.loads(line))


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout:
        process.stdout.close()
