"""Checked values that every kept file holds: ids, hashes, moments; and documents that are offered from outside."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, TypeVar

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, PlainSerializer, ValidationError

from formulator.faults import Fault, FaultsFound, Place, shortened

_EARLIEST, _LATEST = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def in_utc(moment: datetime) -> datetime:
    """The moment in UTC; raises ValueError for one without a time zone, or of another century."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    if not _EARLIEST <= moment < _LATEST:
        raise ValueError("a moment between the years 2020 and 2100")
    return moment.astimezone(UTC)


def moment_text(moment: datetime) -> str:
    """A moment in UTC as text of fixed width, so that the order of texts is the order in time; raises as `in_utc`."""
    return in_utc(moment).isoformat(timespec="microseconds")


Moment = Annotated[AwareDatetime, AfterValidator(in_utc), PlainSerializer(moment_text, when_used="json")]
Number = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]
Hash = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Version = Annotated[str, Field(pattern=r"^[0-9A-Za-z.+_-]{1,40}$")]


class Record(BaseModel):
    """Frozen, nothing undeclared, nothing converted; no value in the message of a fault."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, allow_inf_nan=False, hide_input_in_errors=True)


Document = TypeVar("Document", bound=BaseModel)


def document_from(content: bytes, model: type[Document], place: str, largest: int) -> Document:
    """An exported document; raises FaultsFound for anything else, naming what is wrong and never quoting it."""
    if len(content) > largest:
        raise FaultsFound([Fault(Place(place), "", "The file is too large.", f"up to {largest} bytes")])
    try:
        return model.model_validate_json(content)
    except ValidationError as error:
        faults = [
            Fault(Place(place), _where(one["loc"]), f"{one['msg'].removeprefix('Value error, ')}.")
            for one in error.errors(include_url=False, include_input=False, include_context=False)
        ]
        raise FaultsFound(shortened(faults, place)) from None


def _where(path: tuple[int | str, ...]) -> str:
    return ".".join(str(part)[:40] if str(part).replace("_", "").isalnum() else "?" for part in path)
