"""A server of its own for each measurement: started as a user starts it, with an empty folder for what it keeps."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from formulator.paths import HOME

ROOT = Path(__file__).resolve().parents[2]
SLOWEST_START = 60.0


@dataclass(slots=True)
class Server:
    """A running server, the moment of its start (time.perf_counter) and what it said."""

    port: int
    process: subprocess.Popen[bytes]
    log: Path
    started: float = field(default_factory=time.perf_counter)

    @property
    def address(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def tracebacks(self) -> int:
        """How many errors the server wrote into its log."""
        return self.log.read_text(encoding="utf-8", errors="replace").count("Traceback (most recent call last)")

    def memory_mb(self) -> float:
        """The resident memory of the command and of the server below it, in MB of 1,000,000 bytes."""
        listed = subprocess.run(["ps", "-A", "-o", "pgid=,rss="], capture_output=True, text=True, check=True).stdout
        sizes = [int(size) for group, size in map(str.split, listed.splitlines()) if int(group) == self.process.pid]
        return sum(sizes) * 1024 / 1e6


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """`formulator app` on a free port, its own files below `home`; stopped with everything that it started."""
    port, log = free_port(), home / "server.log"
    command = [sys.executable, "-m", "formulator", "app", "--server.port", str(port), "--server.headless", "true"]
    environment = {**os.environ, HOME: str(home), "PYTHONPATH": str(ROOT)}
    with log.open("wb") as said:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=said, stderr=subprocess.STDOUT, start_new_session=True
        )
        server = Server(port, process, log)
        try:
            yield server
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(timeout=20)


def free_port() -> int:
    """A port of this machine on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_healthy(server: Server) -> None:
    """Ask until the server answers; raises TimeoutError where it does not within a minute or has ended."""
    while time.perf_counter() - server.started < SLOWEST_START and server.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{server.address}/_stcore/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.02)
    raise TimeoutError("the server did not start")
