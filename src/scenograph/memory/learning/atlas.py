"""
Atlas: the crystals of a memory on a plane, similar ones near each other, each cluster in its colour.

Places come from t-SNE over the vectors (L. van der Maaten, G. Hinton, "Visualizing data using t-SNE", 2008),
begun from their two principal components. Distances within a neighbourhood mean something; those across the
plane mean little, as with every such drawing.
"""

from __future__ import annotations

import math
import random
import re
import textwrap
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from scenograph.core.links import unquote
from scenograph.errors import MissingExtraError, StoreError
from scenograph.memory.index.vectors import Vectors, encode
from scenograph.memory.learning.clusters import Cluster, cluster, kept_clusters
from scenograph.memory.learning.meanings import kept_items
from scenograph.memory.store.crystals import Crystals

FORMATS = (".svg", ".png", ".pdf")
"""What an atlas can be drawn as, chosen by the file's name."""

_COLOURS = (
    *("#4e79a7", "#f28e2b", "#59a14f", "#e15759", "#b07aa1", "#76b7b2"),
    *("#edc948", "#9c755f", "#ff9da7", "#6b8f3c", "#3f6fbf", "#c05fa0"),
)
_UNLISTED = "#c8c8c8"
_LISTED = 24  # clusters that get a number and a line beside the drawing, the largest first


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """
    Crystals on a plane.

    Attributes:
        ids: the crystals
        places: float32, shape (n, 2), each coordinate between -1 and 1
        of_crystal: the number of each one's cluster
        clusters: the clusters, the largest first
        total: how many crystals the memory has; those drawn are a sample where it has more
    """

    ids: tuple[int, ...]
    places: NDArray[np.float32]
    of_crystal: NDArray[np.int64]
    clusters: tuple[Cluster, ...]
    total: int

    def draw(self, path: Path, title: str = "") -> None:
        """
        Draw to *path*, as SVG, PNG or PDF by its name.

        Raises:
            StoreError: if the name ends otherwise
            MissingExtraError: without matplotlib
        """
        if path.suffix.lower() not in FORMATS:
            raise StoreError(f"cannot draw {path.name}: name it with one of {', '.join(FORMATS)}")
        try:
            import matplotlib as mpl
            from matplotlib.figure import Figure
        except ImportError as error:
            raise MissingExtraError("matplotlib", "map", error) from error
        style: dict[Any, Any] = {
            "svg.fonttype": "none",
            "svg.hashsalt": "scenograph",
            "font.family": "sans-serif",
            "font.size": 9,
        }
        listed = self.clusters[:_LISTED]
        with mpl.rc_context(style), warnings.catch_warnings():
            # A sign that matplotlib's font lacks is a box in a PNG; an SVG holds the text itself.
            warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
            figure = Figure(figsize=(12, 7.6), facecolor="white")
            axes = figure.add_axes((0.01, 0.02, 0.60, 0.90))
            axes.set_axis_off()
            axes.set_aspect("equal")
            self._scatter(axes)
            drawn = (
                f"{len(self.ids):,} of {self.total:,}" if len(self.ids) < self.total else f"{self.total:,}"
            )
            figure.text(0.02, 0.955, title or "Memory", fontsize=15, weight="bold", color="#222222")
            figure.text(
                0.02,
                0.928,
                f"{drawn} crystals in {len(self.clusters)} clusters",
                color="#666666",
                fontsize=10,
            )
            _list(figure, listed)
            figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None, dpi=150)

    def _scatter(self, axes: Any) -> None:
        size = max(5.0, min(40.0, 24_000 / max(1, len(self.ids))))
        colours = [_colour(number) for number in self.of_crystal]
        axes.scatter(
            *self.places.T, s=size, c=colours, alpha=0.75, linewidths=0, rasterized=len(self.ids) > 4000
        )
        for number in range(min(_LISTED, len(self.clusters))):
            members = self.places[self.of_crystal == number]
            if not len(members):
                continue
            # The place of the crystal in the middle, so that the number stands on its cluster.
            middle = members[np.abs(members - np.median(members, axis=0)).sum(axis=1).argmin()]
            axes.text(
                *middle,
                str(number + 1),
                ha="center",
                va="center",
                fontsize=9,
                weight="bold",
                color="white",
                bbox={"boxstyle": "circle,pad=0.25", "fc": _colour(number), "ec": "white", "lw": 1.2},
            )


def survey(crystals: Crystals, most: int, seed: int = 0) -> Atlas:
    """Place at most *most* of *crystals*, drawn from *seed*, in the clusters that are kept or found now."""
    ids = list(chain.from_iterable(crystals.walk()))
    chosen = ids if len(ids) <= most else sorted(random.Random(seed).sample(ids, most))
    scenes = list(crystals.scenes(chosen).values())
    vectors = encode(scenes, kept_items(crystals.learned))
    clusters = kept_clusters(crystals.learned)
    if clusters:
        nearest = vectors @ np.stack([it.centre for it in clusters]).T
        of_crystal = np.asarray(nearest.argmax(axis=1), np.int64)
    else:
        clusters, of_crystal = cluster(scenes, vectors, crystals.lexicons.current(), seed=seed)
    return Atlas(tuple(chosen), place(vectors, seed=seed), of_crystal, tuple(clusters), len(ids))


def place(vectors: Vectors, *, seed: int = 0) -> NDArray[np.float32]:
    """
    Places for *vectors*, similar ones near each other.

    Returns:
        float32, shape (n, 2), each coordinate between -1 and 1
    Raises:
        MissingExtraError: without scikit-learn
    """
    try:
        from sklearn.decomposition import PCA
        from sklearn.manifold import TSNE
    except ImportError as error:
        raise MissingExtraError("scikit-learn", "map", error) from error
    count = len(vectors)
    if count < 4:
        return np.array([[math.cos(i), math.sin(i)] for i in range(count)], np.float32).reshape(count, 2)
    reduced = PCA(min(50, count - 1), random_state=seed).fit_transform(vectors)
    method = TSNE(
        init="pca", metric="cosine", perplexity=min(30.0, (count - 1) / 3), random_state=seed, n_jobs=-1
    )
    found = np.asarray(method.fit_transform(reduced), np.float32)
    found -= (found.max(axis=0) + found.min(axis=0)) / 2
    return found / max(float(np.abs(found).max()), 1e-9)


def name(cluster: Cluster) -> str:
    """What a person calls *cluster*: its telling symbols in words."""
    return ", ".join(_words(symbol) for symbol in cluster.telling) or _words(cluster.archetype.concepts[0])


def _list(figure: Any, clusters: Sequence[Cluster]) -> None:
    """Write what each cluster is about, beside the drawing."""
    step = 0.92 / max(len(clusters), 14)
    for number, it in enumerate(clusters):
        y = 0.955 - number * step
        figure.text(
            0.635, y, str(number + 1), ha="center", va="center", fontsize=8, weight="bold", color="white",
            bbox={"boxstyle": "circle,pad=0.25", "fc": _colour(number), "ec": "none"},
        )  # fmt: skip
        figure.text(0.652, y, textwrap.shorten(name(it), 50, placeholder=" …"), va="center", color="#222222")
        about = it.archetype.format(indent=None)
        about = about if len(about) <= 70 else about[:69] + "…"
        figure.text(
            0.652, y - step * 0.42, about, va="center", fontsize=6.5, color="#888888", family="monospace"
        )
        figure.text(0.985, y, f"{it.size:,}", va="center", ha="right", color="#666666", fontsize=8)


def _words(symbol: str) -> str:
    """How *symbol* reads: `:birthPlace` as birth place."""
    if symbol.startswith(":"):
        return re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", symbol[1:]).lower()
    return unquote(symbol).replace("_", " ")


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)] if number < _LISTED else _UNLISTED
