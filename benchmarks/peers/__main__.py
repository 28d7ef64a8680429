"""`python -m benchmarks.peers`: make the environment of the peers, and run the comparison in it."""

from __future__ import annotations

import os
import subprocess
import sys

from benchmarks.peers.environment import ROOT, node_environment, python_environment

if __name__ == "__main__":
    without_node = node_environment()
    command = [python_environment(), "-m", "benchmarks.peers.compare", *sys.argv[1:]]
    if without_node:
        command += ["--without-node", without_node]
    raise SystemExit(
        subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False).returncode
    )
