"""Fixtures shared by the whole suite."""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Generator, Iterator
from functools import partial
from pathlib import Path

import pytest
from hypothesis import settings

# Workers use all cores already. Threads within them wait for each other over tiny models, ten times as long.
for threads in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(threads, "1")

# Machines stall, so no example has a deadline; where a push is judged, the examples are the same each time.
# Each run draws others; `make test-slow` draws many. Where one example takes long, a third is drawn: `dear`.
settings.register_profile("here", deadline=None, max_examples=50)
settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True)
settings.register_profile("many", deadline=None, max_examples=500)
settings.load_profile("ci" if os.environ.get("CI") else "here")

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Pass over what helps tests; it would be imported to look for examples in its docstrings."""
    helps = collection_path.suffix == ".py" and not collection_path.name.startswith(("test_", "conftest"))
    return True if helps else None


def pytest_collection_finish() -> None:
    """Leave out of later collections of garbage what was imported: a million objects."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Leave out of later collections what the tests of a file have filled caches with; see above."""
    yield
    if nextitem is None or nextitem.path != item.path:
        gc.collect()
        gc.freeze()


def pytest_sessionfinish() -> None:
    """Collect garbage once, not the five times that pytest takes: the others find nothing to look through."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real corpora beside the checkout; the test is skipped where there is none."""
    if not SHARED.is_dir():
        pytest.skip("real corpora (../shared/data) are not present")
    return SHARED


@pytest.fixture(scope="session")
def built_mind(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A mind with every part and hardly any training; not to be changed."""
    # Here, because most tests need neither a mind nor what it takes to make one.
    from minds import build_mind

    from scenograph.files import locked

    base = tmp_path_factory.getbasetemp()
    common = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "common"
    common.mkdir(exist_ok=True)
    with locked(common, None):  # workers have copies of one that the first of them builds
        if not (common / "small").exists():
            build_mind(common / "building").rename(common / "small")
    return Path(shutil.copytree(common / "small", tmp_path_factory.mktemp("minds") / "small"))


@pytest.fixture(scope="module")
def short_answers() -> Iterator[None]:
    """
    Leave little room for what is written.

    A model that has learned nothing fills all room that it has, and what it wrote is read again in more room.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenograph.bridge.speak._EXTRA", 4)
        patch.setattr("scenograph.bridge.read._EXTRA", 0)
        yield


@pytest.fixture(scope="module")
def few_drafts() -> Iterator[None]:
    """
    Write one further draft where the first loses something, not six.

    A model that has learned nothing loses something in each; `tests/bridge` shows what becomes of six.
    """
    from scenograph.bridge.speak import Speaker

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("scenograph.bridge.bridge.Speaker", partial(Speaker, drafts=1))
        yield


@pytest.fixture
def mind_folder(built_mind: Path, tmp_path: Path) -> Path:
    """A copy of the small mind, to do with as one likes."""
    return Path(shutil.copytree(built_mind, tmp_path / "mind"))
