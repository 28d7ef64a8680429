"""Starting the app from the command line: on this machine only, without telemetry."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

from formulator.paths import app_file


def serve(options: Sequence[str]) -> int:
    """Run the Streamlit server in the folder that holds its settings; returns its exit code."""
    entry = app_file()
    command = [sys.executable, "-m", "streamlit", "run", entry.name, *options]
    try:
        return subprocess.call(command, cwd=entry.parent)  # noqa: S603 - a fixed command, options are the user's own
    except KeyboardInterrupt:
        return 0
