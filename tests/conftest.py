"""Share what several tests need; without the real texts, their tests are skipped, and fail where CI promises them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cancu.queries.store import Store
from tests import samples
from tests.samples import Sample


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
    return samples.need_corpus()
