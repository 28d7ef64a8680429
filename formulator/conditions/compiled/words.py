"""Sets kept as the bits of one number, read many bits at a time.

What a pattern of bits stands for is worked out when it is first met, and kept. Neighbours in a set often come and go
together, so that few of the possible patterns of a word are met; a new one is put together from its bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import or_
from struct import Struct
from typing import Generic, TypeVar

Item = TypeVar("Item")

WORD = 64
FEW = 4
"""So many bits are found sooner one by one."""
MOST_KEPT = 512
"""Patterns kept of one word; any further one is worked out each time."""


class Words:
    """A number cut into words of 64 bits."""

    def __init__(self, bits: int) -> None:
        count = -(-bits // WORD)
        self._format, self._bytes = f"<{count}Q", 8 * count

    def of(self, number: int) -> tuple[int, ...]:
        """Its words, the lowest first."""
        return Struct(self._format).unpack(number.to_bytes(self._bytes, "little"))


class Listing(Generic[Item]):
    """Lists the items whose bits are set in a number: bit k stands for item k."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = tuple(items)
        self._words = Words(len(self._items))
        self._parts = [_Listed(self._items[start : start + WORD]) for start in range(0, len(self._items), WORD)]

    def of(self, bits: int) -> list[Item]:
        """The items of these bits, in the order of the bits."""
        if bits.bit_count() <= FEW:
            return [self._items[place] for place in places(bits)]
        found: list[Item] = []
        for part, word in zip(self._parts, self._words.of(bits), strict=True):
            if word:
                found += part[word]
        return found


class _Listed(dict[int, tuple[Item, ...]], Generic[Item]):
    """The items of each pattern of a word, or of a byte."""

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__()
        self._items = tuple(items)
        self._bytes: list[_Listed[Item]] = [_Listed(part) for part in _eights(items)]

    def __missing__(self, bits: int) -> tuple[Item, ...]:
        if self._bytes:
            found = tuple([item for part, byte in zip(self._bytes, _bytes(bits), strict=False) for item in part[byte]])
        else:
            found = tuple([self._items[place] for place in places(bits)])
        if len(self) < MOST_KEPT:
            self[bits] = found
        return found


class Union:
    """Joins by "or" the masks whose bits are set in a number: bit k stands for mask k."""

    def __init__(self, masks: Sequence[int]) -> None:
        self._words = Words(len(masks))
        self._parts = [_United(masks[start : start + WORD]) for start in range(0, len(masks), WORD)]

    def of(self, bits: int) -> int:
        """The masks of these bits, joined."""
        found = 0
        if bits:
            for part, word in zip(self._parts, self._words.of(bits), strict=True):
                if word:
                    found |= part[word]
        return found


class _United(dict[int, int]):
    """The masks of each pattern of a word, or of a byte, joined."""

    def __init__(self, masks: Sequence[int]) -> None:
        super().__init__()
        self._masks = tuple(masks)
        self._bytes: list[_United] = [_United(part) for part in _eights(masks)]

    def __missing__(self, bits: int) -> int:
        if self._bytes:
            joined = [part[byte] for part, byte in zip(self._bytes, _bytes(bits), strict=False)]
        else:
            joined = [self._masks[place] for place in places(bits)]
        found = reduce(or_, joined, 0)
        if len(self) < MOST_KEPT:
            self[bits] = found
        return found


def _eights(items: Sequence[Item]) -> list[Sequence[Item]]:
    """The items in eights; none where they are no more than that."""
    return [items[start : start + 8] for start in range(0, len(items), 8)] if len(items) > 8 else []


def _bytes(word: int) -> bytes:
    return word.to_bytes(WORD // 8, "little")


class Joined(dict[int, int]):
    """The "and" of the masks that each case of eight bits chooses; of none, all bits."""

    def __init__(self, masks: Sequence[int]) -> None:
        super().__init__()
        self._masks = tuple(masks)

    def __missing__(self, byte: int) -> int:
        found = -1
        for place in places(byte):
            found &= self._masks[place]
        return self.setdefault(byte, found)


def places(bits: int) -> list[int]:
    """The places of the bits that are set, in ascending order."""
    found = []
    while bits:
        lowest = bits & -bits
        found.append(lowest.bit_length() - 1)
        bits ^= lowest
    return found
