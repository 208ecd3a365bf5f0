"""Share what several tests need; without the real texts, their tests are skipped, and fail where CI promises them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cancu.queries.store import Store
from tests import samples
from tests.samples import Sample

# The tests of a file share what is costly to make, so that one process runs them all; but those of these files are many
# and each for itself.
_SPREAD = frozenset(
    f"test_{name}.py" for name in ("accuracy", "asking", "audit", "bench", "cli", "extract", "networks", "properties")
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Share the tests among processes file by file, those of some files one by one; the largest files come first."""
    from xdist.scheduler import LoadScopeScheduling

    class Scheduling(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return nodeid if file.rpartition("/")[2] in _SPREAD else file

    return Scheduling(config, log)


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave the tests in a browser to the run that is for them: `make browser`."""
    in_browser = collection_path.name.endswith("_browser.py")
    return True if in_browser and not os.environ.get("CANCU_BROWSER") else None


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
