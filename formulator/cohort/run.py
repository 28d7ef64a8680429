"""A cohort answered from one file to another: blocks in, parts out, in order, resumable, in constant memory."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from queue import Queue
from typing import Any

from formulator.cohort.backends import Hands, Stopped
from formulator.cohort.parts import Part, Parts
from formulator.cohort.source import Block, InputBroken, Source
from formulator.faults import Fault, FaultsFound, Place

Backend = AbstractContextManager[Hands]
Progress = Callable[[int, int, float], None]
"""Told rows answered, rows rejected and the share of the input that is done, whenever a part is finished."""


@dataclass(frozen=True, slots=True)
class Summary:
    """How a run ended."""

    answered: int
    rejected: int


def run_cohort(
    source: Source, parts: Parts, backend: Backend, about: Callable[[], Mapping[str, Any]], progress: Progress
) -> Summary:
    """Begin or go on, answer every block that is not answered yet, then put the parts together.

    Raises InputBroken where the input cannot be read to its end; then nothing is kept. Raises Stopped on Ctrl-C and
    SIGTERM, and FaultsFound where the disk refuses or workers are lost; then parts that are finished stay, with a
    marker, and OUT is what it was.
    """
    try:
        with stopping_kindly(), backend as hands, hands.at_work():
            parts.begin()
            _answer(source, parts, hands, progress)
        with stopping_kindly():
            source.check_unchanged()
            parts.finish(about)
    except InputBroken:
        parts.remove()
        raise
    except Stopped:
        _mark(parts, "stopped")
        raise
    except OSError as error:
        _mark(parts, "stopped")
        raise refused_by_disk(error, parts) from None
    return Summary(parts.rows, parts.rejected)


def _answer(source: Source, parts: Parts, hands: Hands, progress: Progress) -> None:
    waiting: deque[Any] = deque()
    with _read_ahead(source.blocks(parts.request.rows_of_block)) as blocks:
        for block in blocks:
            if block.index not in parts.done:
                waiting.append(hands.submit(block))
            if len(waiting) >= hands.most:
                _keep(waiting.popleft().result(), source, parts, progress)
        while waiting:
            _keep(waiting.popleft().result(), source, parts, progress)


def _keep(part: Part, source: Source, parts: Parts, progress: Progress) -> None:
    parts.add(part)
    progress(parts.rows, parts.rejected, min(1.0, (parts.rows + parts.rejected) / max(1.0, source.rows)))


@contextmanager
def _read_ahead(blocks: Iterator[Block]) -> Iterator[Iterator[Block]]:
    """The same blocks, read by a thread of their own, one ahead."""
    queue: Queue[Block | BaseException | None] = Queue(1)
    leave = threading.Event()

    def read() -> None:
        try:
            for block in blocks:
                queue.put(block)
                if leave.is_set():
                    return
            queue.put(None)
        except BaseException as error:
            queue.put(error)

    def taken() -> Iterator[Block]:
        while (found := queue.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found

    reader = threading.Thread(target=read, daemon=True)
    reader.start()
    try:
        yield taken()
    finally:
        leave.set()
        while reader.is_alive():
            while not queue.empty():
                queue.get_nowait()
            reader.join(0.01)


@contextmanager
def stopping_kindly() -> Iterator[None]:
    """SIGTERM and Ctrl-C raise Stopped in the main thread, so that what is finished is kept."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: object) -> None:
        raise Stopped(number)

    before = {one: signal.signal(one, stop) for one in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _mark(parts: Parts, state: str) -> None:
    """The marker says how far it is, where the disk still takes it; the parts say it anyway."""
    try:
        if parts.folder.exists():
            parts.mark(state)
    except OSError:
        return


def refused_by_disk(error: OSError, parts: Parts) -> FaultsFound:
    """What to say when the disk is full or refuses."""
    problem = f"The disk refuses to write: {error.strerror or type(error).__name__}. {kept(parts)}"
    advice = "Make room and go on with --resume."
    return FaultsFound([Fault(Place(parts.out.name), "", problem, advice=advice)])


def kept(parts: Parts) -> str:
    """What of a run that was cut off is kept."""
    return (
        f"{parts.rows + parts.rejected:,} rows are done and kept in {parts.folder.name}; {parts.out.name} is as it was."
    )
