"""How every command ends. Exit 0: an answer; 1: a check failed; 2: bad input. No traceback reaches the user."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click

from formulator.faults import FaultsFound

EXIT_CHECK_FAILED = 1
EXIT_BAD_INPUT = 2


def guarded(command: Callable[..., None]) -> Callable[..., None]:
    """Faults become messages and exit 2; anything unforeseen becomes one line without patient values."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except FaultsFound as found:
            click.echo("\n".join(str(fault) for fault in found.faults), err=True)
            sys.exit(EXIT_BAD_INPUT)
        except (click.UsageError, click.Abort):
            raise
        except BrokenPipeError:
            sys.stderr.close()
            sys.exit(0)
        except Exception as error:
            kind = type(error).__name__
            click.echo(f"formulator: stopped by something unforeseen ({kind}). Nothing was written.", err=True)
            sys.exit(EXIT_BAD_INPUT)

    return run
