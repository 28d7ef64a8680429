"""The handbook: a page for each indication, component and rule, generated from the knowledge."""

from formulator.learn.handbook.component import component_page
from formulator.learn.handbook.contents import contents, kind_of, page_of, pages_of, search
from formulator.learn.handbook.indication import indication_page
from formulator.learn.handbook.page import KINDS, Kind, Line, Link, Missed, Page, Section
from formulator.learn.handbook.rule import rule_page
from formulator.learn.handbook.shelf import Handbook, load_handbook

__all__ = [
    "KINDS",
    "Handbook",
    "Kind",
    "Line",
    "Link",
    "Missed",
    "Page",
    "Section",
    "component_page",
    "contents",
    "indication_page",
    "kind_of",
    "load_handbook",
    "page_of",
    "pages_of",
    "rule_page",
    "search",
]
