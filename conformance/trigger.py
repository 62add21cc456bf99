"""Triggers: how the implementation is made to act: by an HTTP hook, by a command, by a person."""

import json
import os
import shlex
import signal
import subprocess
import sys
import tempfile
import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal, TextIO

from ..simulators.actions import Action, actions

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
_LINE_LIMIT = 4096
_SKIP = ("s", "skip")
_DONE = ("d", "done")
_SHOWN = 500


@dataclass(frozen=True, kw_only=True)
class Triggered:
    """What came of a trigger: done, or why not. `data` is what the implementation said of what it did, `note` what a
    person remarked."""

    outcome: Literal["done", "unsupported", "failed", "none"]
    detail: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""

    @property
    def done(self) -> bool:
        return self.outcome == "done"

    def __bool__(self) -> bool:
        return self.done


class Trigger(ABC):
    """A way to make the implementation act. `kind` names it in reports."""

    kind: str = ""
    secrets: tuple[str, ...] = ()
    """What it was given, or gave, and nobody is to read."""

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
        answer = self._act(action, asked)
        token = answer.data.get("token")
        if isinstance(token, str) and token:
            self.secrets = tuple(dict.fromkeys((*self.secrets, token)))
        return answer

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


KEPT_S = 1.0
"""So long the connection to a hook is used again; the servers in use keep one for two seconds at least."""


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
        self.secrets = (token,) if token else ()
        self._caller = Caller(timeout_s=timeout_s, verify=verify)
        self._kept_until = 0.0

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        from ..simulators.calling import CallFault
        from ..simulators.exchange import Request

        url = f"{self.url}/{action}"
        if time.monotonic() > self._kept_until:
            self._caller.close()
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
        # Servers close a kept connection after an error or a while, and an action that got lost can't be sent again.
        self._kept_until = time.monotonic() + KEPT_S if response.status // 100 == 2 else 0.0
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

    Its environment is ours without the variables that `withheld` names.

    Exit code 0 is done, 3 not supported; a JSON object on stdout becomes `data`. When it lasts longer than
    `timeout_s`, it is ended with all that it started.
    """

    kind = "command"

    def __init__(self, command: str, *, timeout_s: float = 30.0, withheld: Iterable[str] = ()) -> None:
        self._command = shlex.split(command)
        self.program = self._command[0]
        self._timeout_s = timeout_s
        self._withheld = frozenset(withheld)

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
                    env={name: value for name, value in os.environ.items() if name not in self._withheld},
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
    """A person at the terminal, who is told what to do, says when it is done and what came of it.

    Where there is no terminal nobody is asked, and nothing is waited for.
    """

    kind = "person"

    def __init__(self, *, stdin: TextIO | None = None, stderr: TextIO | None = None) -> None:
        self._stdin = stdin or sys.stdin
        self._stderr = stderr or sys.stderr

    def _act(self, action: str, asked: dict[str, Any]) -> Triggered:
        if not self._stdin.isatty():
            return Triggered(
                outcome="none",
                detail=f"needs a person for the action {action}, and there is no terminal to ask at",
            )
        known = next((one for one in actions() if one.name == action), None)
        answer = self._ask("\n".join(_task(action, known, asked)))
        if answer is None:
            return Triggered(outcome="none", detail=f"the terminal was closed before {action} was confirmed")
        word, _, rest = answer.partition(" ")
        if word.casefold() in _SKIP:
            note = rest.strip()
            detail = f"the person skipped {action}" + (f": {note}" if note else "")
            return Triggered(outcome="unsupported", detail=detail, note=note)
        data = self._returns(known.returns if known else ())
        note = rest.strip() if word.casefold() in _DONE else answer
        detail = "the person confirmed" + (f": {note}" if note else "")
        return Triggered(outcome="done", detail=detail, data=data, note=note)

    def _returns(self, names: Iterable[str]) -> dict[str, Any]:
        """What came of it, as far as the person knows; true, false and numbers are read as such."""
        told = {name: self._ask(f"  {name} (Enter where you don't know it): ") for name in names}
        return {name: _value(text) for name, text in told.items() if text}

    def _ask(self, question: str) -> str | None:
        """A line, without control characters and of bounded length; None where the terminal is closed."""
        self._stderr.write(question)
        self._stderr.flush()
        line = self._stdin.readline(_LINE_LIMIT)
        if line == "":
            return None
        return "".join(letter for letter in line if letter.isprintable()).strip()


def _task(action: str, known: Action | None, asked: dict[str, Any]) -> Iterator[str]:
    """What a person is told: the action and its parameters in words, then how to answer."""
    peer = asked["peer"]
    yield ""
    yield f"Your {asked['role']} is to act: {action}"
    if known:
        yield f"  {known.description}"
    towards = " ".join(str(peer.get(name) or "?") for name in ("role", "country_code", "party_id"))
    place = f", {peer['versions_url']}" if peer.get("versions_url") else ""
    yield f"  Towards the suite's party {towards}{place}"
    meanings = known.parameters if known else {}
    for name, value in asked["parameters"].items():
        meaning = meanings.get(name, "").partition("; left out")[0]
        yield f"  {name}: {value}" + (f"  ({meaning})" if meaning else "")
    for name in (name for name in meanings if name not in asked["parameters"]):
        yield f"  {name}: as you like  ({meanings[name]})"
    yield "Enter when it is done, with a note if there is one to make; s and a note to skip: "


def _value(text: str) -> Any:
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return found if isinstance(found, bool | int | float) else text


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
        given = (settings.sources.get(name, "") for name in ("token", "trigger_token"))
        return ShellTrigger(
            settings.trigger_command,
            timeout_s=settings.trigger_timeout_s,
            withheld=[source.removeprefix("variable ") for source in given if source.startswith("variable ")],
        )
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
