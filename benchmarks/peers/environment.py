"""An environment of its own for the peers, in a folder that git ignores: a virtual environment, and Node packages.

Both are made with the ordinary clients from whatever registry those are set up for on this machine. Only the standard
library is used here: this runs before anything is installed.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".benchmark"
HERE = Path(__file__).resolve().parent
NODE_SOURCES = HERE / "node"
NODE_PACKAGES = CACHE / "node" / "node_modules"


def python_environment() -> Path:
    """The Python of the environment, with peers and product installed; made when what it is made from has changed."""
    folder = CACHE / "venv"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    requirements = HERE / "requirements.txt"
    mark = _mark(requirements, ROOT / "pyproject.toml")
    stamp = CACHE / "python.stamp"
    if not python.exists() or _text(stamp) != mark:
        print("Making an environment for the peers ...", file=sys.stderr)  # noqa: T201
        venv.create(folder, clear=True, with_pip=True)
        install = [python, "-m", "pip", "install", "--quiet", "-r", requirements, "-e", f"{ROOT}[fast]"]
        subprocess.run(install, check=True, cwd=ROOT)
        stamp.write_text(mark, encoding="utf-8")
    return python


def node_environment() -> str:
    """Install the Node peers; an empty text, or why they are skipped."""
    if not shutil.which("node") or not shutil.which("npm"):
        return "Node or npm is not on this machine."
    listed = NODE_SOURCES / "package.json"
    stamp, mark = CACHE / "node.stamp", _mark(listed)
    if NODE_PACKAGES.exists() and _text(stamp) == mark:
        return ""
    folder = NODE_PACKAGES.parent
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copy(listed, folder)
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock", "--silent"]
    if subprocess.run(command, cwd=folder, check=False).returncode:
        return "npm could not install the packages."
    stamp.write_text(mark, encoding="utf-8")
    return ""


def _mark(*files: Path) -> str:
    """A short text that changes with the files and the interpreter."""
    content = b"".join(path.read_bytes() for path in files) + sys.version.encode()
    return hashlib.sha256(content).hexdigest()


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
