"""The embedded implementation: the reference party in a process of its own, reached over HTTP as any other.

with Embedded(role="CPO", seed=7, flaws=["no-request-id"]) as iut:
    iut.versions_url, iut.token, iut.trigger_url, iut.trigger_token
"""

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from typing import IO, Any

from .errors import ConformanceError, UsageError
from .options import PREFIX

__all__ = ["Embedded", "EmbeddedError"]

START_S = 30.0
STOP_S = 10.0
_LINE_LIMIT = 64 * 1024


class EmbeddedError(ConformanceError):
    """The embedded party did not start; the text holds what it said."""


class Embedded:
    """A reference party, started on entering and stopped on leaving, whatever happens in between.

    `arguments` are further flags of `serve`. It also ends by itself when the process that started it is gone.
    """

    def __init__(
        self,
        *,
        role: str,
        version: str = "2.2.1",
        seed: int = 0,
        flaws: Sequence[str] = (),
        arguments: Sequence[str] = (),
        start_s: float = START_S,
    ) -> None:
        self._command = [
            *(sys.executable, "-m", "ocpi_conformance.conformance", "serve", role.lower(), "--with-stdin"),
            *("--port", "0", "--format", "json", "--ocpi-version", version, "--seed", str(seed)),
            *(part for flaw in flaws for part in ("--flaw", flaw)),
            *arguments,
        ]
        self._start_s = start_s
        self._process: subprocess.Popen[bytes] | None = None
        self._stderr: IO[bytes] | None = None
        self.versions_url = ""
        self.token = ""
        self.trigger_url = ""
        self.trigger_token = ""

    @property
    def pid(self) -> int:
        """The process id; 0 where it doesn't run."""
        return self._process.pid if self._process else 0

    def start(self) -> "Embedded":
        """Start and wait until it is ready. Raises EmbeddedError, or UsageError where a flag was refused."""
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed by stop
        environ = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
        self._process = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=environ,
            start_new_session=True,  # Ctrl-C is for the run, which stops this one in its own time
        )
        try:
            self._take(self._line())
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop it; where it doesn't end in time, end it."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(timeout=STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for stream in (process.stdin, process.stdout, self._stderr):
            if stream is not None:
                stream.close()

    def __enter__(self) -> "Embedded":
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _line(self) -> bytes:
        """The first line of its stdout."""
        process = self._process
        assert process is not None
        assert process.stdout is not None
        descriptor = process.stdout.fileno()
        deadline = time.monotonic() + self._start_s
        line = b""
        with selectors.DefaultSelector() as selector:
            selector.register(descriptor, selectors.EVENT_READ)
            while b"\n" not in line and len(line) < _LINE_LIMIT:
                if not selector.select(max(0.0, deadline - time.monotonic())):
                    raise EmbeddedError(
                        f"the embedded party was not ready within {self._start_s:g} s{self._said()}"
                    )
                part = os.read(descriptor, 4096)
                if not part:
                    self._ended(process)
                line += part
        return line

    def _ended(self, process: "subprocess.Popen[bytes]") -> None:
        code = process.wait()
        if code == UsageError.exit_code:
            raise UsageError(f"the embedded party can't be started as asked{self._said()}")
        raise EmbeddedError(f"the embedded party ended at once with exit code {code}{self._said()}")

    def _take(self, line: bytes) -> None:
        try:
            ready: Any = json.loads(line)
            self.versions_url, self.token = ready["versions_url"], ready["token"]
            self.trigger_url, self.trigger_token = ready["trigger_url"], ready["trigger_token"]
        except (ValueError, KeyError, TypeError) as error:
            raise EmbeddedError(
                f"the embedded party said {line[:200]!r} instead of where it is{self._said()}"
            ) from error

    def _said(self) -> str:
        if self._stderr is None:
            return ""
        self._stderr.seek(0)
        text = self._stderr.read(8192).decode("utf-8", "replace").strip()
        return f": {text}" if text else ""
