"""What is kept on this machine in one SQLite file: made whole, opened carefully, shared safely, deleted for good."""

from formulator.keeping.kept_file import KeptFile
from formulator.keeping.kind import Kind, MetaColumns

__all__ = ["KeptFile", "Kind", "MetaColumns"]
