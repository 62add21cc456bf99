"""All that reads what others wrote takes anything: it finds something, or refuses it in its own words."""

import json
import socket
import string
import sys
import tempfile
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ocpi_conformance.conformance import deviations, options
from ocpi_conformance.conformance import settings as run_settings
from ocpi_conformance.conformance.catalogue import load as load_catalogue
from ocpi_conformance.conformance.claim import Claim
from ocpi_conformance.conformance.errors import ConformanceError
from ocpi_conformance.conformance.record import exchange_record
from ocpi_conformance.conformance.redaction import Redaction
from ocpi_conformance.conformance.settings import Settings
from ocpi_conformance.conformance.trigger import HttpTrigger, ShellTrigger
from ocpi_conformance.reports import (
    ExchangeRecord,
    ResultError,
    har,
    html,
    junit,
    load,
    ndjson,
    store,
    summary,
)
from ocpi_conformance.simulators.calling import Caller
from ocpi_conformance.simulators.connection import token_of
from ocpi_conformance.simulators.exchange import Exchange, Request, Response
from ocpi_conformance.simulators.journal import Journal
from ocpi_conformance.simulators.links import links, next_link
from ocpi_conformance.simulators.paging import window

from tests.hostile.mangler import Reply, mangling
from tests.hostile.platform import TRIGGER_TOKEN, a_platform
from tests.reports.conftest import an_exchange, every_verdict

settings.register_profile(
    "parsers", max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
FEW = settings(settings.get_profile("parsers"), max_examples=25)
MANY = settings(settings.get_profile("parsers"), max_examples=150)

texts = st.text(st.characters(codec=None), max_size=40)
"""Any characters: controls, NUL and lone surrogates too."""
scalars = st.none() | st.booleans() | st.integers() | st.floats() | texts
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
numbers = st.integers(-(10**30), 10**30).map(str)
headers = st.lists(st.tuples(texts, texts), max_size=5)


# Links


@MANY
@given(st.text('<>;,="\\ \t', max_size=60) | st.text(alphabet='<>;,="relnxt a/', max_size=200) | texts)
def test_any_link_header_has_targets_or_none(header: str):
    for target, relations in links(header):
        assert target in header
        assert all(relation == relation.lower() for relation in relations)
    assert next_link(header) is None or "next" in header.lower()


@MANY
@given(
    st.text(string.ascii_letters + string.digits + "/:?&=;,%._~-", min_size=1, max_size=60),
    st.lists(st.sampled_from(["next", "prev", "Next", "last", "x-y"]), min_size=1, max_size=3),
    st.sampled_from(["", '; title="a, <b>; c"', ";type=text/json", " ; hreflang=en"]),
)
def test_a_link_that_was_written_is_read(target: str, relations: list[str], more: str):
    header = f'<https://a.test/1>; rel="first", <{target}>{more}; rel="{" ".join(relations)}"'
    assert links(header)[1] == (target, frozenset(relation.lower() for relation in relations))


@pytest.mark.parametrize(
    "part", ["<", "<x>;", "<x>; rel=", '<x>; rel="', "<x>;" * 20, '<x>; a="b"; ' * 20, " ", ";a"]
)
def test_no_link_header_takes_long(part: str):
    """Megabytes of what is nearly a link: looked at once from each place."""
    assert {target for target, _ in links(part * (2_000_000 // len(part)))} <= {"x"}


# Questions and tokens


@MANY
@given(
    st.dictionaries(
        st.sampled_from(["offset", "limit", "date_from", "date_to"]), texts | st.from_regex(r"-?[0-9]{1,30}")
    )
)
def test_any_question_to_a_list_is_understood_or_refused(query: dict[str, str]):
    asked = window(query, maximum=50)
    assert isinstance(asked, str) or (asked.offset >= 0 and 1 <= asked.limit <= 50)


@MANY
@given(
    st.none()
    | texts
    | texts.map(lambda text: f"Token {text}")
    | st.binary().map(lambda raw: f"Token {raw!r}")
)
def test_any_authorization_has_a_token_or_none(header: str | None):
    assert token_of(header) is None or isinstance(token_of(header), str)


# Settings and claims

KEYS = [item for item in Settings.__dataclass_fields__ if item != "sources"]
VARIABLES = [f"{options.PREFIX}{key.upper()}" for key in KEYS]


@FEW
@given(st.binary(max_size=200) | texts.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_file_of_settings_is_read_or_refused(content: bytes):
    with _a_file(content, ".toml") as file:
        _refused_in_words(lambda: run_settings.load(file, {}, {}))


@MANY
@given(st.dictionaries(st.sampled_from(KEYS), scalars | st.lists(scalars, max_size=3), max_size=4))
def test_any_value_of_a_setting_is_taken_or_refused(given_: dict[str, Any]):
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in given_.items() if value is not None)
    try:
        tomllib.loads(lines)
    except tomllib.TOMLDecodeError:
        return
    with _a_file(lines.encode("utf-8", "replace"), ".toml") as file:
        _refused_in_words(lambda: run_settings.load(file, {}, {}))


@MANY
@given(st.dictionaries(st.sampled_from(VARIABLES), texts, max_size=4))
def test_any_variable_is_taken_or_refused(environ: dict[str, str]):
    _refused_in_words(lambda: run_settings.load(None, environ, {}))


@MANY
@given(st.dictionaries(st.sampled_from(["modules", "features", "limits"]) | texts, values, max_size=3))
def test_any_claim_is_taken_or_refused(table: dict[str, Any]):
    _refused_in_words(lambda: Claim.from_table("CPO", "2.2.1", table))


@FEW
@given(
    st.dictionaries(
        st.sampled_from(["requirement", "scenario", "reason", "expires", "x"]), scalars, max_size=5
    )
)
def test_any_baseline_is_taken_or_refused(entry: dict[str, Any]):
    lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in entry.items() if value is not None)
    with _a_file(("[[deviation]]\n" + lines).encode("utf-8", "replace"), ".toml") as file:
        _refused_in_words(lambda: deviations.load(file, load_catalogue()))


def _refused_in_words(read: Callable[[], object]) -> None:
    said = "read"
    try:
        read()
    except ConformanceError as error:
        said = str(error)
    assert 0 < len(said) < 5_000


# Results and exchanges


@FEW
@given(st.binary(max_size=300) | values.map(lambda value: json.dumps(value).encode()))
def test_any_result_is_read_or_refused(content: bytes):
    with _a_file(content, ".json") as file:
        _read_or_refused(file)


@MANY
@given(st.data())
def test_a_result_with_any_part_in_place_of_another_is_read_or_refused(data: st.DataObject):
    """What can be read can be rendered too."""
    record = json.loads(store.render(every_verdict()))
    parent: Any = record
    for _ in range(data.draw(st.integers(1, 4))):
        key = data.draw(st.sampled_from(sorted(parent) if isinstance(parent, dict) else range(len(parent))))
        child = parent[key]
        if not isinstance(child, dict | list) or not child or data.draw(st.booleans()):
            parent[key] = data.draw(values)
            break
        parent = child
    with _a_file(json.dumps(record).encode(), ".json") as file:
        result = _read_or_refused(file)
        if result is not None:
            for render in (html.render, junit.render, summary.render, har.render, store.render):
                assert render(result)


@MANY
@given(st.lists(values.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=50), max_size=4))
def test_any_lines_of_exchanges_are_read_or_refused(lines: list[bytes]):
    with _a_file(b"\n".join(lines), ".ndjson") as file:
        _read_or_refused(file)


def _read_or_refused(file: Path) -> Any:
    result, said = None, str(file.parent)
    try:
        result = load(file)
    except ResultError as error:
        said = str(error)
    assert str(file.parent) in said
    return result


# What was exchanged, as evidence

urls = texts | st.text("htps:/[]@%?&=#x.", max_size=12).map(lambda end: f"http://{end}")
responses = st.none() | st.builds(
    Response, headers=headers.map(tuple), body=st.binary(max_size=60), status=st.integers(0, 999)
)
requests = st.builds(Request, headers=headers.map(tuple), body=st.binary(max_size=60), method=texts, url=urls)


@MANY
@given(requests, responses, texts, st.lists(texts, max_size=3))
def test_any_exchange_is_evidence_without_secrets(
    request: Request, response: Response | None, fault: str, secrets: list[str]
):
    """It is written as a line, read back the same, and in the HAR there is an entry that JSON can hold."""
    kept = exchange_record(
        _exchange(request, response, fault), Redaction(secret for secret in secrets if secret.isprintable())
    )
    with _a_file(ndjson.line(kept), ".ndjson") as file:
        (back,) = ndjson.read_exchanges(file)
    assert ndjson.line(back) == ndjson.line(kept)
    (entry,) = _entries(kept)
    assert entry["request"].keys() >= {
        "method",
        "url",
        "headers",
        "queryString",
        "cookies",
        "headersSize",
        "bodySize",
    }
    assert entry["response"]["status"] == (response.status if response else 0)
    assert all(
        set(pair) == {"name", "value"}
        for pair in entry["request"]["headers"] + entry["request"]["queryString"]
    )


@FEW
@given(st.text(string.ascii_letters + string.digits + "-_", min_size=12, max_size=40), texts, texts)
def test_a_secret_is_nowhere_in_an_exchange(secret: str, before: str, after: str):
    text = f"{before}{secret}{after}"
    raw = text.encode("utf-8", "replace")
    request = Request(method="GET", url=f"http://x.test/{text}", headers=(("X-A", text),), body=raw)
    kept = exchange_record(
        _exchange(request, Response(headers=(("Link", text),), body=raw, status=200), text),
        Redaction([secret]),
    )
    assert secret.encode() not in ndjson.line(kept)


def _exchange(request: Request, response: Response | None, fault: str) -> Exchange:
    return Exchange(
        id=Journal().claim_id(),
        direction="sent",
        party="emsp",
        scenario="a/b::c",
        started=datetime(2026, 1, 1, tzinfo=UTC),
        elapsed_s=0.1,
        request=request,
        response=response,
        fault=fault,
    )


def _entries(kept: ExchangeRecord) -> list[dict[str, Any]]:
    return json.loads(har.render(replace(every_verdict(), exchanges=[kept])))["log"]["entries"]


def test_what_stands_for_an_exchange_is_one():
    assert _entries(an_exchange())[0]["request"]["method"] == "GET"


# Triggers, from both sides

_ANSWERS = [
    *(b"", b"null", b"[]", b"{}", b'{"data": 7}', b'{"data": {"token": ["x"]}}', b"\xff\xfe\x00"),
    *(b"[" * 100_000, b'{"data":' * 5_000, b'{"a":1e999999}', b"x" * 3_000_000),
]


@pytest.mark.parametrize("number", range(len(_ANSWERS)))
def test_any_answer_of_a_command_is_an_outcome(number: int, tmp_path: Path):
    (tmp_path / "answer").write_bytes(_ANSWERS[number])
    copy = "import sys; sys.stdout.buffer.write(open(sys.argv[1], 'rb').read())"
    trigger = ShellTrigger(f"{sys.executable} -S -c {json.dumps(copy)} {tmp_path / 'answer'}")
    found = trigger.act("push-location", version="2.2.1", role="CPO", peer={})
    assert found.done
    assert isinstance(found.data, dict)


@pytest.mark.parametrize("number", range(len(_ANSWERS)))
def test_any_answer_of_a_hook_is_an_outcome(number: int):
    def answering(reply: Reply, line: socket.socket) -> None:
        line.sendall(reply.written(status=200, body=_ANSWERS[number]))

    with (
        a_platform() as platform,
        mangling(
            platform.server.origin,
            lambda reply, line: line.sendall(reply.written(status=200, body=_ANSWERS[number])),
        ) as url,
    ):
        trigger = HttpTrigger(f"{url}/hook", token=TRIGGER_TOKEN)
        found = trigger.act("push-location", version="2.2.1", role="CPO", peer={})
        trigger.close()
    assert found.done
    assert isinstance(found.data, dict)


def test_any_request_to_our_trigger_interface_is_answered_in_words():
    """In words of its own, never with a broken connection; and it takes the next one."""
    odd = [b'{"peer": 7}', b'{"peer": {"country_code": {}}}', b'{"parameters": []}', b'{"flaws": {"a": 1}}']
    with a_platform() as platform:
        caller = Caller()
        for action in ("push-location", "issue-token", "register", "flaws", "no-such", "%00", "../x"):
            for body in [*_ANSWERS, *odd]:
                answer = caller.send(
                    Request(
                        method="PUT" if action == "flaws" else "POST",
                        url=f"{platform.server.origin}/trigger/{action}",
                        headers=(
                            ("Authorization", f"Bearer {TRIGGER_TOKEN}"),
                            ("Content-Type", "application/json"),
                        ),
                        body=body,
                    )
                )
                assert answer.status in (200, 400, 404, 405, 409, 413, 500, 501), (action, body[:50])
                assert b"Traceback" not in answer.body
        caller.close()
        assert platform.party.actions()


class _a_file:  # noqa: N801 - reads as a function
    """A file of some content, in a folder of its own."""

    def __init__(self, content: bytes, suffix: str) -> None:
        self._folder = tempfile.TemporaryDirectory()
        self._path = Path(self._folder.name) / f"file{suffix}"
        self._path.write_bytes(content)

    def __enter__(self) -> Path:
        return self._path

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()
