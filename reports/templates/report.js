"use strict";
(() => {
  const root = document.documentElement;
  const byId = (id) => document.getElementById(id);
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  root.classList.add("scripted");

  /* Nothing of the record is ever parsed as markup: elements are made by name, texts are set as text. */
  const make = (tag, className, ...children) => {
    const element = document.createElement(tag);
    if (className) element.className = className;
    element.append(...children);
    return element;
  };
  const steering = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
  const visible = (text) => String(text).replace(/\r\n/g, "\n").replace(steering, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));

  /* Theme */
  const theme = byId("theme");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const remember = (value) => { try { localStorage.setItem("ocpi-conformance-theme", value); } catch { /* a file may not */ } };
  try { root.dataset.theme = localStorage.getItem("ocpi-conformance-theme") || ""; } catch { /* a file may not */ }
  if (!root.dataset.theme) delete root.dataset.theme;
  const nameTheme = () => { theme.textContent = dark() ? "Light" : "Dark"; theme.setAttribute("aria-label", dark() ? "Use light colours" : "Use dark colours"); };
  theme.hidden = false;
  theme.addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; remember(root.dataset.theme); nameTheme(); });
  nameTheme();
  let screen;
  addEventListener("beforeprint", () => { screen = root.dataset.theme; root.dataset.theme = "light"; });
  addEventListener("afterprint", () => { if (screen) root.dataset.theme = screen; else delete root.dataset.theme; });

  /* JSON laid out over lines, its tokens left exactly as they were sent: no number is read and written again. */
  const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;
  const pretty = (text) => {
    try { JSON.parse(text); } catch { return null; }
    const lines = make("span");
    const tokens = text.match(token) || [];
    let depth = 0;
    let plain = "";
    const flush = () => { if (plain) lines.append(plain); plain = ""; };
    tokens.forEach((part, index) => {
      const next = tokens[index + 1];
      if (part === "{" || part === "[") {
        plain += part;
        if (next === "}" || next === "]") return;
        plain += "\n" + "  ".repeat(++depth);
      } else if (part === "}" || part === "]") {
        const before = tokens[index - 1];
        if (before !== "{" && before !== "[") plain += "\n" + "  ".repeat(--depth);
        plain += part;
      } else if (part === ",") {
        plain += ",\n" + "  ".repeat(depth);
      } else if (part === ":") {
        plain += ": ";
      } else {
        flush();
        const kind = part[0] === '"' ? (next === ":" ? "key" : "str") : "num";
        lines.append(make("span", kind, visible(part)));
      }
    });
    flush();
    return lines;
  };

  /* Exchanges: read from the data block when the first is opened, built when each is opened. */
  let exchanges;
  const exchangeAt = (index) => (exchanges ??= JSON.parse(byId("data").textContent))[index];
  const headers = (pairs) => {
    const body = make("tbody");
    for (const [name, value] of pairs) {
      const head = make("th", "", visible(name));
      head.scope = "row";
      body.append(make("tr", "", head, make("td", "", visible(value))));
    }
    return make("table", "", body);
  };
  const PLAIN_ABOVE = 200000;
  const body = (text) => text ? make("pre", "", (text.length < PLAIN_ABOVE && pretty(text)) || visible(text)) : make("p", "none", "no body");
  const half = (title, pairs, text) => make("div", "", make("h5", "", title), headers(pairs), body(text));
  const copyable = (element) => {
    const button = make("button", "quiet", "Copy");
    button.type = "button";
    button.addEventListener("click", async () => {
      const text = element.textContent;
      try { await navigator.clipboard.writeText(text); } catch {
        getSelection().selectAllChildren(element);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => { button.textContent = "Copy"; }, 1500);
    });
    return button;
  };
  const exchangeOf = (index) => {
    const x = exchangeAt(index);
    const good = x.status !== null && x.status < 400;
    const came = x.status === null ? x.fault || "no response" : String(x.status);
    const way = x.direction === "sent" ? "→ IUT" : "← IUT";
    const summary = make("summary", "",
      make("span", "way", way), make("b", "", visible(x.method)), make("span", "url", visible(x.url)),
      make("span", good ? "ok" : "bad", visible(came)), make("span", "time", `${(x.elapsed_s * 1000).toFixed(1)} ms`));
    summary.setAttribute("aria-label", `${x.direction === "sent" ? "Sent to the implementation" : "Received from the implementation"}: ${visible(x.method)} ${visible(x.url)}, ${visible(came)}`);
    const details = make("details", "exchange", summary);
    details.addEventListener("toggle", () => {
      if (!details.open || details.childElementCount > 1) return;
      const about = [x.id, x.started, x.peer, x.endpoint, x.scenario].filter(Boolean).map(visible).join(" · ");
      const inside = make("div", "inside", make("p", "wide where", about),
        half("Request", x.request_headers, x.request_body), half(`Response ${visible(came)}`, x.response_headers, x.response_body));
      if (x.truncated) inside.append(make("p", "wide note", "A body was cut here; more of it may be in exchanges.ndjson."));
      if (x.left_out) inside.append(make("p", "wide note", "The bodies were left out to keep this page small; they are in exchanges.ndjson."));
      if (x.curl) {
        const line = make("pre", "", x.curl);
        inside.append(make("div", "wide", make("h5", "", "Repeat"), make("div", "code", line, copyable(line))));
      }
      details.append(inside);
    });
    return details;
  };
  const BATCH = 50;
  const listing = (holder, indexes) => {
    const list = make("div", "evidence", make("p", "", indexes.length === 1 ? "1 exchange" : `${indexes.length} exchanges`));
    const more = make("button", "quiet", "");
    more.type = "button";
    let at = 0;
    const add = () => {
      more.remove();
      list.append(...indexes.slice(at, at + BATCH).map(exchangeOf));
      at += BATCH;
      more.textContent = `Show more (${indexes.length - at})`;
      if (at < indexes.length) list.append(more);
    };
    more.addEventListener("click", add);
    add();
    holder.append(list);
  };
  const fill = (details) => {
    if (details.dataset.filled) return;
    details.dataset.filled = "yes";
    const holders = details.matches("[data-x]") ? [details] : all("[data-x]", details);
    for (const holder of holders) {
      if (holder.dataset.x) listing(holder.querySelector(":scope > .inside") || holder, holder.dataset.x.split(",").map(Number));
    }
    for (const line of all(".code > pre", details)) if (!line.nextElementSibling) line.after(copyable(line));
  };
  const requirements = all(".requirement");
  for (const details of [...requirements, ...all(".scenario")]) {
    details.addEventListener("toggle", () => { if (details.open) fill(details); });
    if (details.open) fill(details);
  }

  /* Filters, kept in the address so that a view can be sent to somebody. */
  const text = byId("text"), module = byId("module"), chips = all(".chip");
  const modules = all(".module");
  const haystacks = new Map();
  const haystack = (details) => {
    if (!haystacks.has(details)) haystacks.set(details, details.textContent.toLowerCase());
    return haystacks.get(details);
  };
  requirements.forEach(haystack);
  const apply = () => {
    const words = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    const verdicts = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.verdict);
    let count = 0;
    for (const details of requirements) {
      const fits = (!module.value || details.dataset.module === module.value)
        && (!verdicts.length || verdicts.includes(details.dataset.verdict))
        && words.every((word) => haystack(details).includes(word));
      details.hidden = !fits;
      count += fits;
    }
    for (const section of modules) {
      const left = all(".requirement:not([hidden])", section).length;
      const number = section.querySelector("small");
      section.hidden = !left;
      number.textContent = String(left) === number.dataset.all ? left : `${left} of ${number.dataset.all}`;
    }
    byId("shown").textContent = `${count} of ${requirements.length} requirements shown`;
    byId("nothing").hidden = count > 0 || !requirements.length;
    return { q: text.value.trim(), module: module.value, verdict: verdicts.join(",") };
  };
  const changed = () => {
    const state = Object.entries(apply()).filter(([, value]) => value);
    const hash = new URLSearchParams(state).toString();
    history.replaceState(null, "", hash ? `#${hash}` : location.pathname + location.search);
  };
  const fromAddress = () => {
    const hash = location.hash.slice(1);
    if (!hash.includes("=")) {
      const target = hash && byId(decodeURIComponent(hash));
      if (!target) return;
      if (target.hidden) { byId("filters").reset(); clear(); apply(); }
      if (target.matches("details")) { target.open = true; target.scrollIntoView(); target.querySelector("summary").focus({ preventScroll: true }); }
      return;
    }
    const state = new URLSearchParams(hash);
    const wanted = (state.get("verdict") || "").split(",");
    text.value = state.get("q") || "";
    module.value = state.get("module") || "";
    for (const chip of chips) chip.setAttribute("aria-pressed", String(wanted.includes(chip.dataset.verdict)));
    apply();
    byId("requirements").scrollIntoView();
  };
  const clear = () => { for (const chip of chips) chip.setAttribute("aria-pressed", "false"); };
  byId("filters").hidden = false;
  byId("filters").addEventListener("submit", (event) => event.preventDefault());
  byId("filters").addEventListener("reset", () => { clear(); setTimeout(changed); });
  text.addEventListener("input", changed);
  module.addEventListener("change", changed);
  for (const chip of chips) {
    chip.addEventListener("click", () => {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      changed();
    });
  }
  const toggleAll = (open) => { for (const details of requirements) if (!details.hidden) details.open = open; };
  byId("open").addEventListener("click", () => toggleAll(true));
  byId("close").addEventListener("click", () => toggleAll(false));
  addEventListener("hashchange", fromAddress);
  apply();
  fromAddress();
})();
