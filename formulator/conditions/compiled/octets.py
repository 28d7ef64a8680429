"""Sets kept as the bits of one number, read eight bits at a time.

What eight bits stand for is worked out when they are first met, and kept: at most 256 cases for each eight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, TypeVar

Item = TypeVar("Item")

FEW = 10
"""So many bits are found sooner one by one."""


class Listing(Generic[Item]):
    """Lists the items whose bits are set in a number: bit k stands for item k."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = tuple(items)
        self._octets = [_Listed(items[start : start + 8]) for start in range(0, len(items), 8)]

    def of(self, bits: int) -> list[Item]:
        """The items of these bits, in the order of the bits."""
        found: list[Item] = []
        if bits.bit_count() <= FEW:
            while bits:
                lowest = bits & -bits
                found.append(self._items[lowest.bit_length() - 1])
                bits ^= lowest
            return found
        for octet, byte in zip(self._octets, bits.to_bytes(len(self._octets), "little"), strict=True):
            if byte:
                found += octet[byte]
        return found


class _Listed(dict[int, tuple[Item, ...]], Generic[Item]):
    """The items of each case of eight bits."""

    def __init__(self, items: Sequence[Item]) -> None:
        super().__init__()
        self._items = tuple(items)

    def __missing__(self, byte: int) -> tuple[Item, ...]:
        found = tuple(item for bit, item in enumerate(self._items) if byte >> bit & 1)
        return self.setdefault(byte, found)


class Joined(dict[int, int]):
    """The "and" of the masks that each case of eight bits chooses; of none, all bits."""

    def __init__(self, masks: Sequence[int]) -> None:
        super().__init__()
        self._masks = tuple(masks)

    def __missing__(self, byte: int) -> int:
        found = -1
        for bit, mask in enumerate(self._masks):
            if byte >> bit & 1:
                found &= mask
        return self.setdefault(byte, found)
