"""What must not lose anything: a process that is killed while it writes, and threads that write at once."""

from __future__ import annotations

import subprocess
import threading
from collections.abc import Callable


def confirmed_until_killed(process: subprocess.Popen[str], lines: int) -> list[str]:
    """Every line that a process printed; it is killed after so many."""
    assert process.stdout is not None
    confirmed = [process.stdout.readline() for _ in range(lines)]
    process.kill()
    confirmed += process.stdout.readlines()
    process.wait()
    process.stdout.close()
    return confirmed


def all_at_once(work: Callable[[int], None], count: int) -> None:
    """Do the work in so many threads; what one of them raises fails the test."""
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failures == []
