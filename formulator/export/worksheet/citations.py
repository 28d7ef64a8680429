"""Sources as small numbers, listed once at the end of the reasons."""

from __future__ import annotations

from collections.abc import Iterable

from formulator.knowledge import Knowledge

_LONGEST_TITLE = 64


class Citations:
    """Numbers sources in the order in which they are first cited."""

    def __init__(self, knowledge: Knowledge, most: int = 1) -> None:
        self.knowledge, self.most = knowledge, most
        self.numbers: dict[str, int] = {}

    def of(self, sources: Iterable[str]) -> str:
        """The numbers of the first sources of a statement, such as [3]; the program lists the others."""
        cited = list(sources)[: self.most]
        return f"[{', '.join(str(self._number(one)) for one in cited)}]" if cited else ""

    def _number(self, source: str) -> int:
        return self.numbers.setdefault(source, len(self.numbers) + 1)

    def listed(self) -> list[str]:
        """Every cited source in one line: number, title, year, kind."""
        return [f"{number}. {self._line(name)}" for name, number in self.numbers.items()]

    def _line(self, name: str) -> str:
        source = self.knowledge.sources[name]
        title = source.title if len(source.title) <= _LONGEST_TITLE else f"{source.title[: _LONGEST_TITLE - 3]}..."
        year = f", {source.year}" if source.year else ""
        return f"{title}{year} ({source.type.replace('_', ' ')})"
