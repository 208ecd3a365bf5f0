"""Share what several tests need; without the real texts, their tests are skipped, and fail where CI promises them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cancu.queries.store import Store
from tests import samples
from tests.samples import Sample

# The tests of these files share what is costly to make, so that one process runs them all.
_TOGETHER = frozenset(
    f"test_{name}.py"
    for name in (
        *("catalogue", "engine", "graph", "load", "ontology", "pictures_browser", "reasoning", "remote", "store"),
        *("validation", "web", "web_browser", "workers"),
    )
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests among processes one by one, but those of some files together; the largest files come first."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return file if file.rpartition("/")[2] in _TOGETHER else nodeid

    return Scheduling(config, log)


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
