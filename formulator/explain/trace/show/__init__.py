"""One tree, several renderings, each a short module: one line, an indented list, a picture, JSON."""

from formulator.explain.trace.show.graph import LOOKS, as_dot, escaped
from formulator.explain.trace.show.indented import as_list
from formulator.explain.trace.show.line import as_line
from formulator.explain.trace.show.mapping import as_mapping

__all__ = ["LOOKS", "as_dot", "as_line", "as_list", "as_mapping", "escaped"]
