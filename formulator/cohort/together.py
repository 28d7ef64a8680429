"""Impossible combinations in columns: found for all patients together, put into words by the one-patient check."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import numpy as np

from formulator.cohort.reading import Column, Read, Truths
from formulator.profile import Catalogue

Reads = Mapping[str, Read]
NO_DAY = np.datetime64("NaT", "D")


def may_clash(reads: Reads, catalogue: Catalogue, count: int) -> Truths:
    """Patients of whom two values may be impossible together; `possible.clashes` says whether and why."""
    found = np.zeros(count, dtype=np.bool_)
    for pair in catalogue.impossible:
        one, other = reads.get(pair.field), reads.get(pair.other_field)
        if one and other and pair.value in one.values and pair.other_value in other.values:
            found |= one.has(pair.value) & other.has(pair.other_value)
    for check in (_wrong_domain, _wrong_scale, _wrong_grade, _wrong_dates):
        clash = check(reads, catalogue)
        if clash is not None:
            found |= clash
    return found


def _wrong_domain(reads: Reads, catalogue: Catalogue) -> Truths | None:
    fits = {
        (concern, domain)
        for concern, domains in catalogue.concern_domains.items()
        for domain in catalogue.fields["domain"].choices
        if not domains or domain in domains
    }
    return _not_among(reads, "concern", "domain", fits)


def _wrong_grade(reads: Reads, catalogue: Catalogue) -> Truths | None:
    fits = {
        (name, concern)
        for name, scale in catalogue.scales.items()
        for concern in catalogue.fields["concern"].choices
        if not scale.concerns or concern in scale.concerns
    }
    return _not_among(reads, "severity_scale", "concern", fits)


def _not_among(reads: Reads, first: str, second: str, fits: set[tuple[str, str]]) -> Truths | None:
    """Patients with both fields, whose pair of values is not among these."""
    one, other = reads.get(first), reads.get(second)
    if one is None or other is None:
        return None
    table = np.zeros((len(one.values) + 1, len(other.values) + 1), dtype=np.bool_)
    for row, value in enumerate(one.values, start=1):
        for column, value_there in enumerate(other.values, start=1):
            table[row, column] = (value, value_there) not in fits
    return table[one.spread(np.maximum(one.codes, 0)), other.spread(np.maximum(other.codes, 0))]


def _wrong_scale(reads: Reads, catalogue: Catalogue) -> Truths | None:
    scale, severity = reads.get("severity_scale"), reads.get("severity")
    if scale is None or severity is None:
        return None
    low = scale.by_value({name: one.low for name, one in catalogue.scales.items()}, -np.inf)
    high = scale.by_value({name: one.high for name, one in catalogue.scales.items()}, np.inf)
    return (severity.number() < low) | (severity.number() > high)


def _wrong_dates(reads: Reads, _: Catalogue) -> Truths | None:
    if "start_date" not in reads or "event_date" not in reads:
        return None
    return days_of(reads["event_date"]) <= days_of(reads["start_date"])


def days_of(read: Read) -> Column:
    """A field of dates as datetime64[D], NaT where none is known."""
    return read.by_value({day: np.datetime64(day, "D") for day in read.values if isinstance(day, date)}, NO_DAY)
