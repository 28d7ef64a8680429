"""A page of the handbook on the screen: contents of the page, sections with links, sources in full, on paper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from urllib.parse import urlencode

import streamlit as st

from formulator.knowledge import Knowledge
from formulator.learn.handbook import KINDS, Handbook, Line, Link, Page, Section
from formulator.learn.handbook.contents import Entry
from formulator.learn.handbook.page import CASE, FOR_EVERY_PROCEDURE
from formulator.ui.handbook_link import open_page
from formulator.ui.words import safe, source_links, web_address

_MOST_LINES = 10
"""So many lines of a section are open; the others are folded, but none about severe harm of this very item."""
_MOST_SOURCES = 6
_MOST_OPEN = 60
"""So many pages of a chapter are listed openly; of a longer one, each part is folded."""
_ICONS = {
    "missed": ":material/flag:",
    "use": ":material/thumb_up:",
    "treat": ":material/thumb_up:",
    "not_use": ":material/block:",
    "not_treat": ":material/block:",
    "every_procedure": ":material/block:",
    "flags": ":material/emergency_home:",
    "pearls": ":material/lightbulb:",
    "evidence": ":material/query_stats:",
    "cases": ":material/school:",
    "pairs": ":material/compare_arrows:",
    "proven": ":material/verified_user:",
    "disagreements": ":material/balance:",
    "claims": ":material/campaign:",
}


def show_page(page: Page, book: Handbook, titles: Mapping[Link, Entry]) -> None:
    """The page, with a chooser of the pages that it leads to; `titles` names every page of the handbook."""
    st.header(safe(page.title), anchor="top")
    st.markdown(f":gray[{safe(f'{page.subtitle}, {page.id}')}]")
    st.markdown("On this page: " + " · ".join(f"[{safe(one.title)}](#{_anchor(one)})" for one in page.sections))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _go_on(page, titles)
        show_print(f"{page.kind}-{page.id}", "This page as PDF", lambda: (page,), book)
    numbers = {source: number for number, source in enumerate(page.sources, 1)}
    for section in page.sections:
        _show_section(section, numbers, titles)
    _show_sources(page, book.knowledge)


def _anchor(section: Section) -> str:
    return section.id.replace("_", "-")


def _go_on(page: Page, titles: Mapping[Link, Entry]) -> None:
    """Every page that this one leads to, in this window."""
    key = f"handbook_go_{page.kind}_{page.id}"

    def go() -> None:
        open_page(st.session_state[key])

    st.selectbox(
        f"Go on to one of {len(page.links)} pages named here",
        page.links,
        index=None,
        format_func=lambda one: titles[one].label,
        placeholder="Choose a page",
        key=key,
        on_change=go,
    )


def show_print(name: str, label: str, pages: Callable[[], tuple[Page, ...]], book: Handbook) -> None:
    """A button that makes the pages and their PDF when it is pressed, never before."""
    has_typst = find_spec("typst") is not None
    st.download_button(
        label,
        lambda: _pdf(pages(), book),
        file_name=f"formulator-handbook-{name}.pdf",
        mime="application/pdf",
        icon=":material/picture_as_pdf:",
        on_click="ignore",
        disabled=not has_typst,
        help="Also what is folded here: the browser's own print leaves it out."
        if has_typst
        else "A PDF needs Typst: pip install 'formulator[pdf]'.",
        key=f"handbook_pdf_{name}",
    )


def _pdf(pages: tuple[Page, ...], book: Handbook) -> bytes:
    from formulator.learn.handbook.printed import as_pdf

    return as_pdf(pages, book)


def _show_section(section: Section, numbers: Mapping[str, int], titles: Mapping[Link, Entry]) -> None:
    icon = f"{_ICONS[section.id]} " if section.id in _ICONS else ""
    st.subheader(f"{icon}{safe(section.title)}", anchor=_anchor(section))
    if section.intro:
        st.markdown(f":gray[{safe(section.intro)}]")
    most = _MOST_LINES if section.id == FOR_EVERY_PROCEDURE else max(_MOST_LINES, _grave(section.lines))
    shown, folded = section.lines[:most], section.lines[most:]
    if shown:
        st.markdown("\n".join(line_words(line, numbers, titles) for line in shown))
    if folded:
        severe = f", {_grave(folded)} of severe harm" if _grave(folded) else ""
        with st.expander(f"{len(folded)} more{severe}: {section.title.lower()}", icon=":material/unfold_more:"):
            st.markdown("\n".join(line_words(line, numbers, titles) for line in folded))


def _grave(lines: Sequence[Line]) -> int:
    """How many speak of severe harm; they stand first."""
    return sum(line.grave for line in lines)


def line_words(line: Line, numbers: Mapping[str, int], titles: Mapping[Link, Entry]) -> str:
    """A line as a list item; the link carries the lead where this is the title of its page, else the text."""
    lead, text = safe(line.lead), safe(line.text)
    if line.link is not None:
        page, address = titles.get(line.link), address_of(line.link)
        by_lead = page is not None and page.title == line.lead
        lead, text = (f"[{lead}]({address})", text) if by_lead else (lead, f"[{text}]({address})")
    elif web_address(line.address):
        text = f"[{text}]({web_address(line.address)})"
    lead = f"**{lead}**: " if lead else ""
    cited = ", ".join(str(numbers[one]) for one in line.sources)
    cites = f" :gray[{safe(f'[{cited}]')}]" if cited else ""
    more = f"  \n  :gray[{safe(' '.join(line.more))}]" if line.more else ""
    return f"- {lead}{text}{cites}{more}"


def address_of(link: Link) -> str:
    """The address of a page of the handbook, or of a case."""
    if link.kind == CASE:
        return f"learn?{urlencode({'case': link.id})}"
    return f"handbook?{urlencode({'kind': link.kind, 'id': link.id})}"


def _show_sources(page: Page, knowledge: Knowledge) -> None:
    if not page.sources:
        return
    st.subheader(":material/menu_book: Sources", anchor="sources")
    lines = [f"{number}. {source_links((one,), knowledge)}" for number, one in enumerate(page.sources, 1)]
    st.markdown("\n".join(lines[:_MOST_SOURCES]))
    if lines[_MOST_SOURCES:]:
        with st.expander(f"{len(lines) - _MOST_SOURCES} more sources", icon=":material/unfold_more:"):
            st.markdown("\n".join(lines[_MOST_SOURCES:]))


def show_contents(entries: tuple[Entry, ...]) -> None:
    """The table of contents of what was found: by chapters and their parts, each page linked; long parts fold."""
    for kind, title in KINDS.items():
        found = [one for one in entries if one.kind == kind]
        if found:
            st.header(f"{title} ({len(found)})", anchor=title.lower())
            _show_chapter(found)


def _show_chapter(found: list[Entry]) -> None:
    parts: dict[str, list[Entry]] = {}
    for one in found:
        parts.setdefault(one.part.partition(":")[0], []).append(one)
    for part, pages in parts.items():
        lines = "\n".join(f"- [{safe(one.title)}]({address_of(Link(one.kind, one.id))})" for one in pages)
        if len(found) <= _MOST_OPEN:
            st.markdown(f"**{safe(part)}**\n\n{lines}" if part else lines)
        else:
            with st.expander(f"{part} ({len(pages)})"):
                st.markdown(lines)
