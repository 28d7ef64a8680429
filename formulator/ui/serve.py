"""Starting the app from the command line: on this machine only, without telemetry."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from formulator.paths import app_file

SERVED = Path(__file__).resolve().parent / "asgi.py"


def serve(options: Sequence[str]) -> int:
    """Run the Streamlit server in the folder that holds its settings; returns its exit code.

    Where the system can, this process becomes the server: whoever ends it, ends the server, and none is left behind.
    """
    command = [sys.executable, "-m", "streamlit", "run", str(SERVED), *options]
    if os.name == "posix":
        os.chdir(app_file().parent)
        os.execv(sys.executable, command)  # noqa: S606 - a fixed command, options are the user's own
    try:
        return subprocess.call(command, cwd=app_file().parent)  # noqa: S603 - as above
    except KeyboardInterrupt:
        return 0
