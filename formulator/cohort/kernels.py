"""Arrow's functions over columns, which are made when it is loaded and which no type checker sees."""

from __future__ import annotations

from importlib import import_module
from typing import Any

pc: Any = import_module("pyarrow.compute")
pq: Any = import_module("pyarrow.parquet")
csv: Any = import_module("pyarrow.csv")
