"""Share what several tests need; without the real texts, their tests are skipped, and fail where CI promises them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from cancu.queries.store import Store
from tests import samples
from tests.samples import Sample

# So many real texts there are; a listing that comes up short must not pass for the whole.
_CORPUS_SIZE = 5


@pytest.fixture
def store() -> Iterator[Store]:
    """Give an empty store in memory."""
    with Store.in_memory() as empty:
        yield empty


@pytest.fixture(scope="session")
def examples() -> tuple[Sample, ...]:
    """Give the examples, read once."""
    return samples.examples()


@pytest.fixture(scope="session")
def corpus() -> tuple[Sample, ...]:
    """Give the real texts, read once."""
    found = samples.corpus()
    if not found:
        absent = f"the real texts are not beside the repository ({samples.CORPUS.parent.name}/{samples.CORPUS.name})"
        if os.environ.get("CI") == "true":
            pytest.fail(absent)
        pytest.skip(absent)
    assert len(found) == _CORPUS_SIZE
    return found
