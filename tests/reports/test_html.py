"""report.html read as a browser's parser reads it: all of the record is there, and all of it is text."""

import json
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from html.parser import HTMLParser

import pytest
from ocpi_conformance.reports import Result, html

from .conftest import an_exchange

VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """The elements with their attributes, the texts of scripts and styles, and whether all are closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.raw: dict[str, list[str]] = {"script": [], "style": []}
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in VOID:
            self.open.append(tag)
        if tag in self.raw:
            self.raw[tag].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in self.raw:
            self.raw[self.open[-1]][-1] += data
        else:
            self.text += data

    def all(self, tag: str, **attributes: str) -> list[dict[str, str]]:
        return [a for name, a in self.elements if name == tag and attributes.items() <= a.items()]


def test_every_requirement_is_there_with_its_verdict(result: Result) -> None:
    page = Page(html.render(result))

    shown = Counter(a["data-verdict"] for a in page.all("details") if "data-verdict" in a)
    assert shown == Counter(str(row.verdict) for row in result.coverage)
    assert page.open == []


def test_statement_and_the_tested_are_named(result: Result) -> None:
    text = " ".join(Page(html.render(result)).text.split())

    for told in ("Not conformant", "Example CPO", "1 duty is not met", "CPO DE*EXA Example", "7.0 s"):
        assert told in text


def test_exchanges_are_in_the_data_block(result: Result) -> None:
    data = json.loads(Page(html.render(result)).raw["script"][0])

    assert [(x["id"], x["response_body"]) for x in data] == [
        (x.id, x.response_body) for x in result.exchanges
    ]
    assert data[0]["curl"].startswith("curl -i")
    assert data[1]["curl"] == ""  # the IUT made this request; only the IUT can repeat it


def test_long_bodies_are_cut_and_marked(result: Result) -> None:
    long = an_exchange(response_body="x" * (html.BODY_LIMIT + 1))

    (shown,) = json.loads(Page(html.render(replace(result, exchanges=[long]))).raw["script"][0])

    assert len(shown["response_body"]) == html.BODY_LIMIT
    assert shown["truncated"] is True


def test_policy_lets_only_our_own_style_and_script_act(hostile_result: Result) -> None:
    page = Page(html.render(hostile_result))

    def digest(text: str) -> str:
        return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"

    (meta,) = [a for a in page.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    policy = dict(part.strip().split(" ", 1) for part in meta["content"].split(";"))
    assert policy == {
        "default-src": "'none'",
        "style-src": digest(page.raw["style"][0]),
        "script-src": digest(page.raw["script"][1]),
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }


def test_hostile_strings_make_no_elements_and_no_handlers(result: Result, hostile_result: Result) -> None:
    clean, hostile = Page(html.render(result)), Page(html.render(hostile_result))

    names = {tag for tag, _ in clean.elements} | {"i"}
    assert {tag for tag, _ in hostile.elements} <= names
    assert len(hostile.raw["script"]) == 2
    for _, attributes in hostile.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert attributes.get("href", "#").startswith(("#", "data:,", "https://github.com/"))
        assert "src" not in attributes
    assert "\u202e" not in hostile.text
    assert "\x1b" not in hostile.text


def test_script_urls_are_no_links(result: Result) -> None:
    rows = [replace(row, url="javascript:alert(1)") for row in result.verdicts]

    page = Page(html.render(replace(result, verdicts=rows)))

    assert not [a for a in page.all("a") if "javascript" in a["href"]]


def test_ids_are_unique_even_when_slugs_look_alike(result: Result) -> None:
    rows = [replace(result.coverage[0], requirement=slug) for slug in ("a b", "a/b", "a-b")]

    page = Page(html.render(replace(result, coverage=rows, verdicts=[])))

    ids = Counter(a["id"] for _, a in page.elements if "id" in a)
    assert max(ids.values()) == 1
    assert {a["href"][1:] for a in page.all("a") if a["href"].startswith("#r-")} <= set(ids)


def test_structure_serves_a_screen_reader(result: Result) -> None:
    page = Page(html.render(result))

    for landmark in ("header", "nav", "main", "footer", "h1"):
        assert page.all(landmark)
    ids = {a["id"] for _, a in page.elements if "id" in a}
    assert {a["aria-labelledby"] for _, a in page.elements if "aria-labelledby" in a} <= ids
    assert page.all("output", **{"aria-live": "polite"})
    assert page.all("html", lang="en")
    assert all("aria-pressed" in a for a in page.all("button") if "data-verdict" in a)


def test_empty_result_makes_a_page(result: Result) -> None:
    empty = replace(result, verdicts=[], coverage=[], scenarios=[], profiles=[], exchanges=[], claim={})

    assert "No scenario was run" in Page(html.render(empty)).text


def test_requirements_held_back_by_one_reason_are_one_entry(result: Result) -> None:
    rows = [
        replace(result.verdicts[2], requirement=f"r{number}", reason="no trigger is set")
        for number in range(9)
    ]

    page = Page(html.render(replace(result, verdicts=rows, coverage=[])))

    assert "r0, r1, r2 and 6 more" in page.text
    assert page.all("a", href="#verdict=INCONCLUSIVE&q=no+trigger+is+set")


def test_page_has_a_limit_and_evidence_of_failures_goes_last(
    result: Result, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "PAGE_LIMIT", 150)
    exchanges = [an_exchange(number, response_body="x" * 100) for number in (1, 2, 3)]
    rows = [replace(result.verdicts[1], exchanges=["x2"])]

    data = json.loads(Page(html.render(replace(result, exchanges=exchanges, verdicts=rows))).raw["script"][0])

    assert [len(x["response_body"]) for x in data] == [0, 100, 0]
    assert [x.get("left_out", False) for x in data] == [True, False, True]
