"""report.html in a real browser: filters work, the keyboard is enough, hostile text stays text."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from ocpi_conformance.reports import Result, html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Dialog, Page

Scheme = Literal["light", "dark"]
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="module")
def browser() -> "Iterator[Browser]":
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        reason = "no Chromium is installed: the page is not tried in a browser (apt-get install chromium)"
        if os.environ.get("REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class View:
    """A page opened from disk, and all that it did beyond showing itself."""

    page: "Page"
    strayed: list[str] = field(default_factory=list)

    def dialog(self, dialog: "Dialog") -> None:
        self.strayed.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def shown(self) -> list[str]:
        return self.page.locator(".requirement:visible h4").all_inner_texts()

    def count(self) -> str:
        return self.page.locator("output").inner_text()


def opened(
    browser: "Browser", result: Result, folder: Path, fragment: str = "", scheme: "Scheme" = "light"
) -> View:
    file = folder / "report.html"
    file.write_text(html.render(result), encoding="utf-8")
    page = browser.new_context(color_scheme=scheme).new_page()
    view = View(page)
    page.on("dialog", view.dialog)
    page.on("pageerror", lambda error: view.strayed.append(f"error {error}"))
    page.on("console", lambda message: view.strayed.append(f"console {message.text}"))
    page.on("request", lambda request: view.strayed.append(request.url))
    page.goto(file.as_uri() + fragment)
    assert view.strayed.pop(0).startswith(file.as_uri())
    return view


def test_filters_by_verdict_module_and_text(browser: "Browser", result: Result, tmp_path: Path) -> None:
    view = opened(browser, result, tmp_path)
    page = view.page
    assert view.count() == "10 of 10 requirements shown"

    page.get_by_role("button", name="Fail").click()
    assert view.shown() == ["locations-duty-fail", "tokens-informative", "tokens-listed"]

    page.get_by_label("Module", exact=True).select_option("tokens")
    assert view.shown() == ["tokens-informative", "tokens-listed"]
    assert page.locator(".module:visible").count() == 1

    page.get_by_label("Text").fill("fixed in MAY")
    assert view.shown() == ["tokens-listed"]
    assert view.count() == "1 of 10 requirements shown"

    page.get_by_label("Text").fill("no such thing")
    assert view.shown() == []
    assert page.get_by_text("No requirement matches").is_visible()

    page.get_by_role("button", name="Reset").click()
    page.wait_for_function("document.querySelector('output').textContent.startsWith('10 ')")
    assert view.strayed == []


def test_address_keeps_the_filters(browser: "Browser", result: Result, tmp_path: Path) -> None:
    view = opened(browser, result, tmp_path, "#verdict=PASS,WARN&module=locations")
    assert view.shown() == ["locations-duty-pass", "locations-duty-warn"]
    assert view.page.get_by_role("button", name="Pass").get_attribute("aria-pressed") == "true"

    view.page.get_by_label("Text").fill("pass")
    assert view.page.evaluate("location.hash") == "#q=pass&module=locations&verdict=WARN%2CPASS"


def test_link_to_a_hidden_requirement_shows_it(browser: "Browser", result: Result, tmp_path: Path) -> None:
    view = opened(browser, result, tmp_path, "#verdict=FAIL")

    view.page.evaluate("location.hash = 'r-locations-duty-pass'")
    view.page.wait_for_selector("#r-locations-duty-pass[open]")

    assert view.page.locator("#r-locations-duty-pass .finding").is_visible()


def test_exchange_opens_by_keyboard_with_headers_and_laid_out_body(
    browser: "Browser", result: Result, tmp_path: Path
) -> None:
    page = opened(browser, result, tmp_path).page
    summary = page.locator("#r-locations-duty-fail .exchange > summary").first
    summary.focus()
    page.keyboard.press("Enter")

    exchange = page.locator("#r-locations-duty-fail .exchange").first
    exchange.get_by_role("rowheader", name="X-Total-Count").wait_for()
    body = exchange.locator("pre").first.inner_text()
    assert body.splitlines()[:3] == ["{", '  "status_code": 1000,', '  "data": [']


def test_scenario_lists_its_exchanges(browser: "Browser", result: Result, tmp_path: Path) -> None:
    page = opened(browser, result, tmp_path).page

    page.locator(".scenario > summary").click()

    page.locator(".scenario .exchange").nth(2).wait_for()
    assert page.locator(".scenario .exchange").count() == 3
    assert "connection refused" in page.locator(".scenario .exchange").nth(2).inner_text()


def test_hostile_strings_stay_inert(browser: "Browser", hostile_result: Result, tmp_path: Path) -> None:
    view = opened(browser, hostile_result, tmp_path)
    page = view.page
    page.get_by_role("button", name="Open all").click()
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    page.locator(".requirement .exchange").first.wait_for()
    page.evaluate("document.querySelectorAll('.exchange').forEach((details) => { details.open = true; })")
    page.locator(".exchange pre").first.wait_for()

    assert page.evaluate("window.pwned") is None
    assert page.locator("main img, main script").count() == 0
    assert view.strayed == []


def test_numbers_of_a_body_are_shown_as_they_were_sent(
    browser: "Browser", result: Result, tmp_path: Path
) -> None:
    from dataclasses import replace

    body = '{"a":1.00,"b":12345678901234567890,"c":1E5,"a":[],"d":{"e":"x:,{}"}}'
    exchanges = [replace(result.exchanges[0], response_body=body), *result.exchanges[1:]]
    page = opened(browser, replace(result, exchanges=exchanges), tmp_path).page

    page.locator("#r-locations-duty-fail .exchange > summary").first.click()
    shown = page.locator("#r-locations-duty-fail .exchange pre").first.inner_text()

    assert shown.splitlines() == [
        "{",
        '  "a": 1.00,',
        '  "b": 12345678901234567890,',
        '  "c": 1E5,',
        '  "a": [],',
        '  "d": {',
        '    "e": "x:,{}"',
        "  }",
        "}",
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_theme_follows_the_system_and_can_be_turned(
    browser: "Browser", result: Result, tmp_path: Path, scheme: Scheme
) -> None:
    page = opened(browser, result, tmp_path, scheme=scheme).page
    ground = "getComputedStyle(document.body).backgroundColor"
    before = page.evaluate(ground)

    page.get_by_role("button", name="colours").click()

    light, dark = "rgb(245, 246, 248)", "rgb(14, 19, 26)"
    assert (before, page.evaluate(ground)) == ((light, dark) if scheme == "light" else (dark, light))


def test_narrow_screen_does_not_scroll_sideways(
    browser: "Browser", hostile_result: Result, tmp_path: Path
) -> None:
    page = opened(browser, hostile_result, tmp_path).page
    page.set_viewport_size({"width": 360, "height": 800})
    page.evaluate("document.querySelectorAll('.requirement').forEach((details) => { details.open = true; })")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
