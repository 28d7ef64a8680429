"""A visitor without a browser: speaks Streamlit's own protocol, so that fifty of them fit on one machine.

What the server does for such a visitor is what it does for a browser: the same messages go to and fro, the whole state
of all widgets with each change; only nothing is drawn.
"""

from __future__ import annotations

import re
import time
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

_HASH = re.compile(r"profile ([0-9a-f]{12})")


class LightVisitor:
    """One session: its widgets, the hash of the profile that it was last answered for, and what went wrong."""

    def __init__(self, port: int) -> None:
        self._address = f"ws://127.0.0.1:{port}/_stcore/stream"
        self._connection: ClientConnection | None = None
        self._page = ""
        self._states: dict[str, WidgetState] = {}
        self.widgets: dict[str, tuple[str, Any]] = {}
        self.answered_for = ""
        self.faults = 0
        self.received = 0

    async def open(self) -> None:
        """Connect and run the first page; raises OSError where nobody answers."""
        self._connection = await connect(self._address, subprotocols=["streamlit"], max_size=None, compression=None)  # type: ignore[list-item] # a name of theirs
        await self._run()

    async def close(self) -> None:
        """Leave, as a closed window does."""
        if self._connection is not None:
            await self._connection.close()

    async def set(self, label: str, value: float | str) -> float:
        """Change the widget with this label; seconds until the script has run to its end."""
        kind, widget = self.widgets[label]
        state = WidgetState(id=widget.id)
        if kind == "number_input":
            state.double_value = float(value)
        else:
            state.string_value = str(value)
        self._states[widget.id] = state
        return await self._run()

    async def _run(self) -> float:
        assert self._connection is not None
        asked = BackMsg()
        asked.rerun_script.page_script_hash = self._page
        asked.rerun_script.context_info.timezone = "UTC"
        asked.rerun_script.widget_states.widgets.extend(self._states.values())
        began = time.perf_counter()
        await self._connection.send(asked.SerializeToString())
        self.received, finished = 0, False
        while not finished:
            content = await self._connection.recv()
            self.received += len(content)
            finished = self._take(ForwardMsg.FromString(content))  # type: ignore[arg-type] # binary frames only
        return time.perf_counter() - began

    def _take(self, message: ForwardMsg) -> bool:
        """Take in one message; whether the run is over."""
        kind = message.WhichOneof("type")
        if kind == "new_session":
            self._page = message.new_session.page_script_hash
        if kind == "delta" and message.delta.WhichOneof("type") == "new_element":
            self._take_element(message.delta.new_element)
        if kind == "script_finished":
            self.faults += message.script_finished != ForwardMsg.FINISHED_SUCCESSFULLY
            return True
        return False

    def _take_element(self, element: Any) -> None:
        kind = element.WhichOneof("type")
        held = getattr(element, kind)
        if kind in ("selectbox", "number_input", "text_input"):
            self.widgets[held.label] = (kind, held)
            self._take_value(kind, held)
        elif kind == "exception":
            self.faults += 1
        elif kind == "markdown" and (found := _HASH.search(held.body)):
            self.answered_for = found[1]

    def _take_value(self, kind: str, held: Any) -> None:
        """A value that the server set is the widget's own from now on, as in a browser."""
        if not held.set_value:
            return
        state, name = WidgetState(id=held.id), "raw_value" if kind == "selectbox" else "value"
        if held.HasField(name):  # without it the widget is empty, and its state names no value
            setattr(state, "double_value" if kind == "number_input" else "string_value", getattr(held, name))
        self._states[held.id] = state
