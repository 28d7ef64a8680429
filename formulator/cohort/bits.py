"""From one row of bits an item to one row of bits a patient, and to lists."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Octets = npt.NDArray[np.uint8]
_SWAPS = ((7, 0x00AA00AA00AA00AA), (14, 0x0000CCCC0000CCCC), (28, 0x00000000F0F0F0F0))
"""Steps that turn eight by eight bits about their diagonal (Warren, Hacker's Delight, 7-3)."""

_TOGETHER = 16
"""Words of each row that are turned together: what is worked on stays near the processor."""


def by_patient(rows: npt.NDArray[np.uint64], count: int) -> Octets:
    """For each of `count` patients the bits of all items: bit k of octet i speaks about item 8 i + k.

    `rows` holds one row an item; bit k of word w speaks about patient 64 w + k.
    """
    octets = -(-len(rows) // 8)
    found = np.empty((count, octets), dtype=np.uint8)
    for start in range(0, count, _TOGETHER * 64):
        part = _turned(rows[:, start // 64 : start // 64 + _TOGETHER], octets)
        found[start : start + len(part)] = part[: count - start]
    return found


def _turned(rows: npt.NDArray[np.uint64], octets: int) -> Octets:
    items, words = rows.shape
    whole = np.zeros((octets * 8, words * 8), dtype=np.uint8)
    whole[:items] = np.ascontiguousarray(rows).view(np.uint8)
    squares = np.ascontiguousarray(whole.reshape(octets, 8, words * 8).transpose(0, 2, 1)).view(np.uint64)
    for shift, mask in _SWAPS:
        moved = (squares ^ (squares >> np.uint64(shift))) & np.uint64(mask)
        squares ^= moved ^ (moved << np.uint64(shift))
    return squares.view(np.uint8).reshape(octets, words * 64).T


def listed(octets: Octets, items: int) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int16]]:
    """Where each patient's list begins (and the last ends), and the items of all lists one after another."""
    truths = np.unpackbits(octets, axis=1, count=items, bitorder="little").view(np.bool_)
    ends = np.cumsum(np.count_nonzero(truths, axis=1))
    found = np.flatnonzero(truths) % max(1, items)
    return np.concatenate([[0], ends]).astype(np.int32), found.astype(np.int16)


def items_in(octets: bytes, names: Sequence[str]) -> tuple[str, ...]:
    """The items that one patient's octets name; `names` in the order of the bits."""
    bits = np.unpackbits(np.frombuffer(octets, dtype=np.uint8), bitorder="little")
    return tuple(names[place] for place in np.flatnonzero(bits).tolist())
