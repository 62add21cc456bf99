"""Triggers: how the implementation is made to act: by an HTTP hook, by a command, by a person."""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    from .settings import Settings

__all__ = [
    "HttpTrigger",
    "NoTrigger",
    "PersonTrigger",
    "ShellTrigger",
    "Trigger",
    "Triggered",
    "trigger_of",
]

PROBE = "preflight"
"""An action that no implementation knows: a hook that works answers 501."""

UNSUPPORTED_EXIT = 3
"""The exit code by which a command says that it can't take an action."""

_BODY_LIMIT = 1024 * 1024
_SHOWN = 500


@dataclass(frozen=True, kw_only=True)
class Triggered:
    """What came of a trigger: done, or why not. `data` is what the implementation said of what it did."""

    outcome: Literal["done", "unsupported", "failed", "none"]
    detail: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    @property
    def done(self) -> bool:
        return self.outcome == "done"

    def __bool__(self) -> bool:
        return self.done


class Trigger(ABC):
    """A way to make the implementation act. `kind` names it in reports."""

    kind: str = ""

    def act(
        self,
        action: str,
        *,
        version: str,
        role: str,
        peer: Mapping[str, Any],
        parameters: Mapping[str, Any] | None = None,
    ) -> Triggered:
        """Have the implementation take an action towards a peer of ours; never raises.

        `role` is the implementation's, `peer` says at least country_code and party_id.
        """
        asked = {
            "action": action,
            "version": version,
            "role": role,
            "peer": dict(peer),
            "parameters": dict(parameters or {}),
        }
        return self._act(action, asked)

    @abstractmethod
    def _act(self, action: str, asked: dict[str, Any]) -> Triggered: ...

    def close(self) -> None:  # noqa: B027 - most have nothing to let go
        """Let connections go."""


class NoTrigger(Trigger):
    """There is no way to make the implementation act."""

    kind = "none"

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:  # noqa: ARG002
        return Triggered(
            outcome="none",
            detail=f"needs the action {action}; set trigger_url, trigger_command or trigger_person",
        )


class HttpTrigger(Trigger):
    """A hook: `POST {url}/{action}`, 2xx is done or under way, 501 not supported.

    `verify` is True, False or the path of a file of certificate authorities.
    """

    kind = "http"

    def __init__(
        self, url: str, *, token: str = "", timeout_s: float = 30.0, verify: bool | str = True
    ) -> None:
        from ..simulators.calling import Caller

        self.url = url.rstrip("/")
        self._token = token
        self._caller = Caller(timeout_s=timeout_s, verify=verify)

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        from ..simulators.calling import CallFault
        from ..simulators.exchange import Request

        url = f"{self.url}/{action}"
        headers = [("Content-Type", "application/json"), ("Accept", "application/json")]
        if self._token:
            headers.append(("Authorization", f"Bearer {self._token}"))
        request = Request(
            method="POST", url=url, headers=tuple(headers), body=json.dumps(asked, default=str).encode()
        )
        try:
            response = self._caller.send(request)
        except CallFault as error:
            return Triggered(outcome="failed", detail=f"POST {url}: {error}")
        body = response.body[:_BODY_LIMIT].decode("utf-8", "replace")
        detail = f"POST {url} → HTTP {response.status}"
        if response.status == 501:
            return Triggered(outcome="unsupported", detail=f"the action {action} is not supported ({detail})")
        if response.status // 100 != 2:
            return Triggered(outcome="failed", detail=f"{detail}: {_clip(body)}" if body.strip() else detail)
        data = response.envelope.get("data")
        return Triggered(outcome="done", detail=detail, data=data if isinstance(data, dict) else {})

    def close(self) -> None:
        self._caller.close()


class ShellTrigger(Trigger):
    """A command, run once for each action: the action is its last argument, the request is JSON on its stdin.

    Exit code 0 is done, 3 not supported; a JSON object on stdout becomes `data`. When it lasts longer than
    `timeout_s`, it is ended with all that it started.
    """

    kind = "command"

    def __init__(self, command: str, *, timeout_s: float = 30.0) -> None:
        self._command = shlex.split(command)
        self.program = self._command[0]
        self._timeout_s = timeout_s

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        program = self.program
        with (
            tempfile.TemporaryFile() as stdin,
            tempfile.TemporaryFile() as stdout,
            tempfile.TemporaryFile() as stderr,
        ):
            # Files, not pipes: a command that writes without end or leaves children can't block us.
            stdin.write(json.dumps(asked, default=str).encode())
            stdin.seek(0)
            try:
                process = subprocess.Popen(
                    [*self._command, action],
                    stdin=stdin,
                    stdout=stdout,
                    stderr=stderr,
                    start_new_session=True,
                )
            except OSError as error:
                return Triggered(
                    outcome="failed", detail=f"{program} can't be run: {error.strerror or error}"
                )
            try:
                code = process.wait(timeout=self._timeout_s)
            except subprocess.TimeoutExpired:
                _end_group(process)
                return Triggered(
                    outcome="failed", detail=f"{program} {action} did not end within {self._timeout_s:g} s"
                )
            except BaseException:
                _end_group(process)
                raise
            said, complained = _read(stdout), _read(stderr)
        detail = f"{program} {action} → exit code {code}"
        if code == UNSUPPORTED_EXIT:
            return Triggered(outcome="unsupported", detail=f"the action {action} is not supported ({detail})")
        if code != 0:
            text = _clip(complained or said)
            return Triggered(outcome="failed", detail=f"{detail}: {text}" if text else detail)
        return Triggered(outcome="done", detail=detail, data=_object(said))


class PersonTrigger(Trigger):
    """A person at the terminal, who is told what to do and says when it is done."""

    kind = "person"

    def __init__(
        self,
        *,
        stdin: TextIO | None = None,
        stderr: TextIO | None = None,
        describe: Callable[[str], str] = lambda action: action,
    ) -> None:
        self._stdin = stdin or sys.stdin
        self._stderr = stderr or sys.stderr
        self._describe = describe

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        if not self._stdin.isatty():
            return Triggered(
                outcome="none",
                detail=f"needs a person for the action {action}, and there is no terminal to ask at",
            )
        self._stderr.write(self._question(action, asked))
        self._stderr.flush()
        answer = self._stdin.readline()
        word, _, note = answer.strip().partition(" ")
        if answer == "":
            return Triggered(outcome="none", detail=f"the terminal was closed before {action} was confirmed")
        if word.casefold() in ("s", "skip"):
            return Triggered(
                outcome="unsupported", detail=f"the person skipped {action}" + (f": {note}" if note else "")
            )
        return Triggered(
            outcome="done", detail="the person confirmed" + (f": {answer.strip()}" if word else "")
        )

    def _question(self, action: str, asked: dict[str, Any]) -> str:
        peer = asked["peer"]
        lines = [
            "",
            f"Your {asked['role']} is to act: {action}",
            f"  {self._describe(action)}" if self._describe(action) != action else "",
            f"  towards {peer.get('country_code', '?')} {peer.get('party_id', '?')}",
            *(f"  {name}: {value}" for name, value in asked["parameters"].items()),
            "Enter when it is done, s and a note to skip: ",
        ]
        return "\n".join(line for place, line in enumerate(lines) if line or place == 0)


def trigger_of(settings: "Settings") -> Trigger:
    """The trigger that the settings name; `NoTrigger` where they name none."""
    if settings.trigger_url:
        return HttpTrigger(
            settings.trigger_url,
            token=settings.trigger_token,
            timeout_s=settings.trigger_timeout_s,
            verify=settings.verify,
        )
    if settings.trigger_command:
        return ShellTrigger(settings.trigger_command, timeout_s=settings.trigger_timeout_s)
    return PersonTrigger() if settings.trigger_person else NoTrigger()


def _end_group(process: "subprocess.Popen[bytes]") -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        process.kill()
    process.wait()


def _read(file: Any) -> str:
    file.seek(0)
    return file.read(_BODY_LIMIT).decode("utf-8", "replace")


def _object(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _clip(text: str) -> str:
    short = " ".join(text.split())
    return short if len(short) <= _SHOWN else f"{short[:_SHOWN]}… ({len(short)} characters)"
