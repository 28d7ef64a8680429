"""Whoever answers the blocks, the answer has the same bytes; a worker that dies loses and doubles nothing."""

from __future__ import annotations

import os
import signal
from importlib.util import find_spec

import pytest

from formulator.cohort import run as running
from formulator.cohort import start, work
from formulator.cohort.request import Request
from formulator.cohort.source import Block
from formulator.faults import FaultsFound

needs_dask = pytest.mark.skipif(find_spec("distributed") is None, reason="needs the extra formulator[cohort]")


@pytest.fixture(scope="module")
def cluster():
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
    ) as found:
        yield found


@pytest.fixture
def alone(cohort_csv, answer, tmp_path, monkeypatch):
    """The answer of this process alone, with its rejects."""
    monkeypatch.setattr(start, "rows_of_block", lambda columns, costly: 16)
    out = tmp_path / "alone" / "answer.parquet"
    out.parent.mkdir()
    answer(cohort_csv, out)
    return {one.name: one.read_bytes() for one in out.parent.iterdir()}


def written(out):
    return {one.name: one.read_bytes() for one in out.parent.iterdir()}


def kill_one_while_at_work(monkeypatch, pids):
    """Kill the first of some processes as soon as the first part is kept."""
    real, killed = running._keep, []

    def keep(part, *rest):
        real(part, *rest)
        if not killed:
            killed.append(pids()[0])
            os.kill(killed[0], signal.SIGKILL)

    monkeypatch.setattr(running, "_keep", keep)
    return killed


@needs_dask
def test_two_dask_workers_of_which_one_is_killed_give_the_same_answer(
    alone, cluster, cohort_csv, answer, tmp_path, monkeypatch
):
    before = {one.process.pid for one in cluster.workers.values()}
    killed = kill_one_while_at_work(monkeypatch, lambda: [one.process.pid for one in cluster.workers.values()])
    out = tmp_path / "dask" / "answer.parquet"
    out.parent.mkdir()
    answer(cohort_csv, out, backend="dask", scheduler=cluster.scheduler_address)
    assert killed
    assert killed[0] in before
    assert written(out) == alone


@needs_dask
def test_a_run_goes_on_with_other_hands_than_it_began_with(alone, cluster, cohort_csv, answer, tmp_path, monkeypatch):
    out = tmp_path / "mixed" / "answer.parquet"
    out.parent.mkdir()
    real = running._keep

    def keep(part, *rest):
        real(part, *rest)
        signal.raise_signal(signal.SIGINT)

    with monkeypatch.context() as patch:
        patch.setattr(running, "_keep", keep)
        ended, _ = answer(cohort_csv, out)
    assert ended.stopped_by == signal.SIGINT
    answer(cohort_csv, out, resume=True, backend="dask", scheduler=cluster.scheduler_address)
    assert written(out) == alone


@needs_dask
def test_a_scheduler_that_does_not_answer_ends_with_a_message(cohort_csv, answer, tmp_path, monkeypatch):
    from formulator.cohort import backends

    monkeypatch.setattr(backends, "PATIENCE_SECONDS", 0.3)
    with pytest.raises(FaultsFound, match="No Dask scheduler answers"):
        answer(cohort_csv, tmp_path / "answer.csv", backend="dask", scheduler="tcp://127.0.0.1:1")
    assert not list(tmp_path.iterdir())


def test_processes_of_this_machine_give_the_same_answer(alone, cohort_csv, answer, tmp_path):
    out = tmp_path / "processes" / "answer.parquet"
    out.parent.mkdir()
    answer(cohort_csv, out, workers=2)
    assert written(out) == alone


def test_processes_that_die_end_with_a_message_and_the_run_goes_on(alone, cohort_csv, answer, tmp_path, monkeypatch):
    from joblib.externals.loky import get_reusable_executor

    out = tmp_path / "died" / "answer.parquet"
    out.parent.mkdir()
    with monkeypatch.context() as patch:
        kill_one_while_at_work(patch, lambda: list(get_reusable_executor(reuse=True)._processes))
        with pytest.raises(FaultsFound, match=r"workers were lost.*--resume"):
            answer(cohort_csv, out, workers=2)
    answer(cohort_csv, out, resume=True)
    assert written(out) == alone


def test_a_worker_with_other_knowledge_refuses(knowledge, today):
    request = Request(today, "parquet", ("age",), (), 64, knowledge_sha256="another")
    with pytest.raises(FaultsFound, match="other knowledge"):
        work.answered_part(request, Block(0, None, None))
