"""From the change of a field to the new answer on the screen.

The clock is the browser's own. It starts with the last pointer press or Enter key before the script runs, which is what
commits the change, and stops with the second frame after all of this holds: the script has run and is not running, no
element on the page is of the earlier run, and the hash of the profile below the answer is another one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, Page

from benchmarks.browser.chromium import FIRST_WIDGET, choose, fresh_page, open_consult, settle
from benchmarks.browser.figures import Figure, spread_of
from formulator.profile import Field, load_catalogue
from formulator.ui.examples import examples

MEDIAN, P95 = 300.0, 600.0
FIELDS = ("age", "severity", "phototype", "skin_type", "needle_aversion", "area_cm2", "ferritin")
"""Numbers typed and lists chosen from, in sight and folded; which of them the form shows depends on the patient."""

_HASH = "/profile ([0-9a-f]{12})/"
_WATCH = f"""() => {{
  const hash = () => {{
    const found = [...document.querySelectorAll('[data-testid="stCaptionContainer"]')]
      .map(one => one.textContent.match({_HASH})).filter(Boolean);
    return found.length ? found[found.length - 1][1] : '';
  }};
  const watch = window.__watch = {{began: 0, took: null}};
  let before = hash(), done = false;
  const began = event => {{
    if (!done && (event.type === 'pointerdown' || event.key === 'Enter')) watch.began = performance.now();
  }};
  for (const kind of ['pointerdown', 'keydown']) document.addEventListener(kind, began, true);
  const look = () => {{
    if (done || !document.querySelector('[data-test-script-state="notRunning"]')) return;
    if (document.querySelector('[data-stale="true"]') || hash() === before || !hash()) return;
    done = true;
    observer.disconnect();
    for (const kind of ['pointerdown', 'keydown']) document.removeEventListener(kind, began, true);
    requestAnimationFrame(() => requestAnimationFrame(() => {{ watch.took = performance.now() - watch.began; }}));
  }};
  const observer = new MutationObserver(look);
  observer.observe(document.body, {{subtree: true, childList: true, attributes: true, characterData: true}});
}}"""


@dataclass(frozen=True, slots=True)
class Change:
    """A field with two values that are taken in turn, in the words of the form."""

    field: Field
    values: tuple[str, str]

    @property
    def entered(self) -> tuple[str, ...]:
        """Both values as a profile holds them."""
        coded = {said: value for value, said in self.field.choices.items()}
        return tuple(coded.get(words, words) for words in self.values)


def changing(browser: Browser, address: str, repeats: int) -> Iterator[Figure]:
    """Milliseconds over all example patients that are treated, all fields that the form shows them, `repeats` each."""
    times: list[float] = []
    seen: set[str] = set()
    patients = [one for one in examples().values() if one.profile.get("age")]
    for example in patients:
        page = fresh_page(browser)
        open_consult(page, address)
        choose(page, FIRST_WIDGET, example.title)
        page.get_by_text("Why this decision").wait_for(timeout=60_000)
        settle(page)
        for change in changes_for(example.profile):
            found = list(_times(page, change, repeats))
            seen |= {change.field.name} if found else set()
            times += found
        page.context.close()
    made = spread_of(times)
    over = f"{made.count} changes of {len(seen)} fields, {len(patients)} example patients"
    yield Figure(f"field changed to new answer, median of {over}", made.median, "ms", MEDIAN)
    yield Figure("the same, 95th percentile", made.p95, "ms", P95)
    yield Figure("the same, slowest", made.worst, "ms")


def changes_for(profile: Mapping[str, Any], names: Sequence[str] = FIELDS) -> list[Change]:
    """Two values for each field: for numbers the patient's own and the next one, for lists others if there are any."""
    fields = load_catalogue().fields
    return [Change(fields[name], _values(fields[name], profile.get(name))) for name in names]


def _values(field: Field, now: Any) -> tuple[str, str]:
    if field.choices:
        known = {value: words for value, words in field.choices.items() if value != "unknown"}
        first, second, *_ = sorted(known, key=lambda value: value == str(now))
        return known[first], known[second]
    start = int(now or 40)
    return (str(start - 1), str(start)) if field.name == "severity" and start > 1 else (str(start + 1), str(start + 2))


def _times(page: Page, change: Change, repeats: int) -> Iterator[float]:
    """The field is changed to and fro; nothing where the form does not show it to this patient."""
    for number in range(repeats):
        page.evaluate(_WATCH)
        if not _changed(page, change.field, change.values[number % 2]):
            return
        page.wait_for_function("window.__watch.took !== null", timeout=30_000)
        yield page.evaluate("window.__watch.took")


def _changed(page: Page, field: Field, words: str) -> bool:
    kind = "combobox" if field.choices else "spinbutton" if field.name == "age" else "textbox"
    label = "Grade" if field.name == "severity" else f"{field.label}, {field.unit}" if field.unit else field.label
    found = page.get_by_role(kind, name=label, exact=True, include_hidden=True)
    if not found.count():
        return False
    if not found.first.is_visible():
        found.first.locator("xpath=ancestor::details").locator("summary").first.click()
        settle(page)
    if field.choices:
        choose(page, label, words)
    else:
        found.first.fill(words)
        found.first.press("Enter")
    return True
