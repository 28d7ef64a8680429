"""Small matrices are fastest on one thread; several threads that wait for one another can cost a hundredfold."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from typing import ParamSpec, TypeVar

from threadpoolctl import ThreadpoolController

Parameters = ParamSpec("Parameters")
Result = TypeVar("Result")


@cache
def _controller() -> ThreadpoolController:
    """Asked for at the first computation, when the numerical libraries are loaded."""
    return ThreadpoolController()


def on_one_thread(function: Callable[Parameters, Result]) -> Callable[Parameters, Result]:
    """The function with linear algebra kept to one thread while it runs."""

    @wraps(function)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> Result:
        with _controller().limit(limits=1):
            return function(*args, **kwargs)

    return run
