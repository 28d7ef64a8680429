"""Where blocks are answered: in a thread, in processes of this machine, or by the workers of a Dask scheduler.

Blocks and parts travel through this process, so workers share no folder with it; a worker that dies costs the blocks
that it had in hand, which the scheduler gives to another one.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

from formulator.cohort.parts import Part
from formulator.cohort.request import Request
from formulator.cohort.source import Block
from formulator.cohort.work import answered_block, answered_far_away, packed, part_of
from formulator.faults import Fault, FaultsFound, Place

PATIENCE_SECONDS = 15


@dataclass(frozen=True)
class Hands:
    """How a block is handed over, how many may be out at once, and what is raised where workers are lost for good."""

    submit: Callable[[Block], Any]
    most: int
    lost: tuple[type[Exception], ...] = ()

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Raises FaultsFound where the workers are lost."""
        try:
            yield
        except self.lost:
            problem = "The workers were lost: a block ended them several times, or the scheduler is gone."
            raise FaultsFound([Fault(Place("--backend"), "", problem, advice="Go on with --resume.")]) from None


class Stopped(Exception):
    """The run was asked to stop."""


@contextmanager
def in_a_thread(request: Request) -> Iterator[Hands]:
    """Answer in one thread and encode in another, while the next block is read and the last one is written."""
    leave = threading.Event()

    def stop() -> None:
        if leave.is_set():
            raise Stopped

    with ThreadPoolExecutor(1) as answering, ThreadPoolExecutor(1) as encoding:

        def submit(block: Block) -> Future[Part]:
            answered = answering.submit(answered_block, request, block, stop)
            return encoding.submit(lambda: part_of(request, answered.result()))

        try:
            yield Hands(submit, 2)
        finally:
            leave.set()
            for pool in (answering, encoding):
                pool.shutdown(wait=False, cancel_futures=True)


@contextmanager
def in_processes(request: Request, workers: int) -> Iterator[Hands]:
    """Answer in processes of this machine (joblib's own)."""
    from joblib.externals.loky import get_reusable_executor  # noqa: PLC0415 - slow to load

    pool = get_reusable_executor(max_workers=workers, timeout=60)
    work = partial(answered_far_away, request)
    try:
        yield Hands(lambda block: pool.submit(work, packed(block)), workers + 2, (BrokenExecutor,))
    finally:
        pool.shutdown(wait=True, kill_workers=True)


@contextmanager
def by_scheduler(request: Request, address: str) -> Iterator[Hands]:
    """Answer by the workers of a Dask scheduler.

    Raises FaultsFound where Dask is not installed or nobody answers at the address.
    """
    place = Place("--scheduler")
    try:
        from distributed import CancelledError, Client, KilledWorker  # noqa: PLC0415 - an extra
        from distributed.comm.core import CommClosedError  # noqa: PLC0415
    except ImportError:
        problem = "Dask is not installed."
        raise FaultsFound([Fault(place, "", problem, "pip install 'formulator[cohort]'")]) from None
    try:
        client = Client(address, timeout=PATIENCE_SECONDS, set_as_default=False)
    except (OSError, ValueError, TimeoutError):
        problem = "No Dask scheduler answers there."
        raise FaultsFound([Fault(place, "", problem, "an address such as tcp://127.0.0.1:8786")]) from None
    with client, warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph")
        hands = sum(one["nthreads"] for one in client.scheduler_info(n_workers=-1)["workers"].values())
        work = partial(answered_far_away, request)
        lost = (KilledWorker, CommClosedError, CancelledError)
        yield Hands(lambda block: client.submit(work, packed(block), pure=False), 2 * max(1, hands), lost)
