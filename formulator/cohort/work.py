"""What a worker does with a block; the same function in a thread, in a process of this machine, and far away."""

from __future__ import annotations

import pickle
import threading
from collections.abc import Callable
from dataclasses import dataclass

import pyarrow as pa

from formulator.cohort.answering import Answered, Answerer
from formulator.cohort.encoding import encoded
from formulator.cohort.parts import Part
from formulator.cohort.request import FORMULATIONS, PLAN, Request, about
from formulator.cohort.source import Block
from formulator.evidence.answer import EvidenceModel
from formulator.evidence.artefact import load_evidence
from formulator.faults import Fault, FaultsFound, Place
from formulator.knowledge import Knowledge, ready_knowledge

_mine = threading.local()


@dataclass(frozen=True)
class AnsweredBlock:
    """The answers to a block, and the rules in the order of their bits."""

    index: int
    answered: Answered
    rules: tuple[str, ...]


def answered_part(request: Request, block: Block) -> Part:
    """The part of one block. Raises FaultsFound where this worker has other knowledge than was asked for."""
    return part_of(request, answered_block(request, block))


def answered_block(request: Request, block: Block, stop: Callable[[], None] | None = None) -> AnsweredBlock:
    """The answers to one block; `stop` is called now and then and may raise."""
    answerer = _answerer(request)
    return AnsweredBlock(block.index, answerer.answer(block, stop), answerer.compiled.rules)


def part_of(request: Request, block: AnsweredBlock) -> Part:
    """The answers as bytes."""
    answered, said = block.answered, about(request, block.rules)
    heading, rows = encoded(answered.table, request.form, said, frozenset(request.carried))
    content = heading + rows
    return Part(block.index, content, len(heading), len(answered.table), answered.rejected_rows, answered.rejects)


def packed(block: Block) -> bytes:
    """A block without what it was cut from, small enough to travel."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, block.table.schema, options=pa.ipc.IpcWriteOptions(compression="lz4")) as stream:
        stream.write_table(block.table)
    return pickle.dumps((block.index, sink.getvalue().to_pybytes(), block.rows, block.misshapen))


def answered_far_away(request: Request, message: bytes) -> Part:
    """The part of a block that came packed."""
    index, content, rows, misshapen = pickle.loads(message)  # noqa: S301 - made by `packed` in the same run
    with pa.ipc.open_stream(content) as stream:
        return answered_part(request, Block(index, stream.read_all(), rows, misshapen))


def _answerer(request: Request) -> Answerer:
    """This thread's own, made once for a request."""
    if getattr(_mine, "request", None) != request:
        knowledge, model = ready_knowledge(), model_for(request)
        _check(request, knowledge, model)
        _mine.answerer, _mine.request = Answerer(request, knowledge, model), request
    return _mine.answerer


def model_for(request: Request) -> EvidenceModel | None:
    """The fitted model where it is needed and was there when the run began."""
    return load_evidence() if request.wants(FORMULATIONS, PLAN) and request.model_sha256 else None


def _check(request: Request, knowledge: Knowledge, model: EvidenceModel | None) -> None:
    same = knowledge.sha256 == request.knowledge_sha256 and (model.sha256 if model else None) == request.model_sha256
    if not same:
        problem = "A worker has other knowledge or another model than this program."
        raise FaultsFound([Fault(Place("--scheduler"), "", problem, "the same version of formulator everywhere")])
