"""What the tests of the knowledge share."""

from __future__ import annotations

from functools import cache

import pytest

from formulator.strict_yaml import read_yaml


@pytest.fixture(scope="module")
def an_unchanged_file_is_parsed_once():
    """Only to save time: the same text under the same name gives the same immutable nodes."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("formulator.knowledge.reading.read_yaml", cache(read_yaml))
        yield
