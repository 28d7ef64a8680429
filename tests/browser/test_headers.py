"""The server keeps its pages to themselves."""

from __future__ import annotations

import urllib.error
import urllib.request
from typing import Any

import pytest

from formulator.ui.asgi import HEADERS, inline_scripts

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]


@pytest.mark.parametrize("path", ["/", "/learn", "/_stcore/health", "/static/nothing.js"])
def test_every_answer_of_the_server_carries_the_headers(path: str, address: str) -> None:
    try:
        answer: Any = urllib.request.urlopen(address + path, timeout=20)
    except urllib.error.HTTPError as error:
        answer = error
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    assert "'unsafe-inline'" not in answer.headers["content-security-policy"].split("style-src")[0]


def test_the_script_in_the_page_is_named_by_its_hash_and_another_one_is_not() -> None:
    page = b"<script src='a.js'></script><script>one()</script><script type='x'>two()</script>"
    assert len(inline_scripts(page)) == 2
    assert inline_scripts(page) != inline_scripts(page.replace(b"one", b"eno"))
