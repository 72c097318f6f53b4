"""The mean of readers, and trainings that see a share of the treebanks."""

from __future__ import annotations

import importlib
from argparse import Namespace
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from numpy.testing import assert_allclose

from scenograph.errors import TrainingError
from scenograph.readers import conllu
from scenograph.readers.graph_reader import BUNDLED
from scenograph.readers.weights import load, save

torch = pytest.importorskip("torch")

from scenograph.readers.train import Schedule, fit  # noqa: E402
from scenograph.readers.trainable import Sizes  # noqa: E402

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def recipe() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(HERE.parents[1] / "recipes"))
        return importlib.import_module("reader")


def test_the_mean_lies_between(recipe: ModuleType, tmp_path: Path) -> None:
    weights = load(BUNDLED)
    turned = {name: -values for name, values in weights.arrays.items()}
    save(tmp_path / "turned.npz", weights._replace(arrays=turned))
    out = tmp_path / "mean.npz"
    recipe.mean(Namespace(run=BUNDLED, others=[BUNDLED, tmp_path / "turned.npz"], out=out))
    found = load(out)
    assert found.labels == weights.labels
    for name in ("arc.weight", "root"):
        assert_allclose(found.arrays[name], weights.arrays[name] / 3, rtol=0, atol=1e-3)


def test_a_mean_of_readers_with_other_labels_is_refused(recipe: ModuleType, tmp_path: Path) -> None:
    weights = load(BUNDLED)
    other = weights._replace(labels=replace(weights.labels, roles=("-",)))
    save(tmp_path / "other.npz", other)
    with pytest.raises(TrainingError, match="other labels"):
        recipe.mean(Namespace(run=BUNDLED, others=[tmp_path / "other.npz"], out=tmp_path / "mean.npz"))


@pytest.mark.parametrize(("share", "seen"), [(1.0, 30), (0.5, 15), (0.25, 7)])
def test_a_share_of_the_treebanks_is_seen(share: float, seen: int, tmp_path: Path) -> None:
    sentences = list(conllu.parse((HERE / "scenes.conllu").read_text(encoding="utf-8").split("\n")))
    sizes = Sizes(gram=8, word=8, input=8, hidden=8, layers=1, arc=8, relation=8, role=8, property=8)
    whole = fit([sentences], tmp_path / "none", sizes, Schedule(epochs=0, tokens=200))
    trained = fit([sentences], tmp_path, sizes, Schedule(epochs=1, tokens=200, share=share))
    assert trained.labels == whole.labels  # those of sentences that are not seen, too
    assert torch.load(tmp_path / "run.pt", weights_only=True)["settings"]["sentences"] == seen
    assert np.isfinite(trained.losses).all()
