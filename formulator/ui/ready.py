"""What all sessions share, made once while the server starts: before anybody asks, and out of the collector's way."""

from __future__ import annotations

import gc
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from importlib import import_module
from threading import Thread
from typing import Any

from formulator.faults import FaultsFound

_FIRST_ANSWER = ("formulator.ui.answer", "formulator.ui.what_if")


@asynccontextmanager
async def made_ready_beside(app: Any) -> AsyncGenerator[dict[str, Any]]:
    """The server answers at once; what it will need is read in a thread of its own."""
    Thread(target=make_ready, name="make-ready", daemon=True).start()
    yield {}


def make_ready() -> None:
    """Read knowledge and model, which the first page needs, and import what the first answer needs.

    Streamlit collects garbage after every run of a script. What lives as long as the server is taken out of that: with
    the whole knowledge base looked through each time, a run would take several times as long.
    """
    from formulator.ui.model import shared_model
    from formulator.ui.state import knowledge_read_once

    with suppress(FaultsFound):  # the page itself says what is wrong
        knowledge_read_once()
        shared_model()
    for name in _FIRST_ANSWER:
        import_module(name)
    gc.freeze()
