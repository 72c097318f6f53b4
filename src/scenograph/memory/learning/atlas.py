"""
Atlas: the crystals of a memory on a plane, similar ones near each other, each cluster in its colour.

Places come from t-SNE over the vectors (L. van der Maaten, G. Hinton, "Visualizing data using t-SNE", 2008),
begun from their two principal components. Distances to neighbours mean something; long distances mean little.
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
_STYLE: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "scenograph", "font.family": "sans-serif"}
_STYLE["font.size"] = 9
_ABOUT: dict[str, Any] = {"va": "center", "fontsize": 6.5, "color": "#888888", "family": "monospace"}


@dataclass(frozen=True, slots=True, eq=False)
class Atlas:
    """
    Crystals on a plane.

    Attributes:
        ids: the crystals
        places: float32, shape (n, 2), each coordinate between -1 and 1
        of_crystal: the number of the cluster of each
        clusters: the clusters, the largest first
        total: how many crystals the memory has
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
        with mpl.rc_context(_STYLE), warnings.catch_warnings():
            # A character that matplotlib's font lacks is a box in a PNG; an SVG has the text itself.
            warnings.filterwarnings("ignore", r"Glyph .* missing from", UserWarning)
            figure = Figure(figsize=(12, 7.6), facecolor="white")
            axes = figure.add_axes((0.01, 0.02, 0.60, 0.90))
            axes.set_axis_off()
            axes.set_aspect("equal")
            self._scatter(axes)
            drawn = f"{len(self.ids):,} of " if len(self.ids) < self.total else ""
            counts = f"{drawn}{self.total:,} crystals in {len(self.clusters)} clusters"
            figure.text(0.02, 0.955, title or "Memory", fontsize=15, weight="bold", color="#222222")
            figure.text(0.02, 0.928, counts, color="#666666", fontsize=10)
            _list(figure, self.clusters[:_LISTED])
            figure.savefig(path, metadata={"Date": None} if path.suffix.lower() == ".svg" else None, dpi=150)

    def _scatter(self, axes: Any) -> None:
        size = max(5.0, min(40.0, 24_000 / max(1, len(self.ids))))
        colours = [_colour(number) for number in self.of_crystal]
        axes.scatter(
            *self.places.T, s=size, c=colours, alpha=0.75, linewidths=0, rasterized=len(self.ids) > 4000
        )
        for number in range(min(_LISTED, len(self.clusters))):
            members = self.places[self.of_crystal == number]
            if len(members):  # the number is on the crystal in the middle, so that it is on its cluster
                middle = members[np.abs(members - np.median(members, axis=0)).sum(axis=1).argmin()]
                _mark(axes, middle.tolist(), number, size=9, ec="white", lw=1.2)


def survey(crystals: Crystals, most: int, seed: int = 0) -> Atlas:
    """Place at most *most* of *crystals*, drawn by *seed*, in the clusters that are stored or found now."""
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
    """Places for *vectors*, as in `Atlas`. Raises `MissingExtraError` without scikit-learn."""
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
    """The name of *cluster* for people: its typical symbols in words."""
    return ", ".join(_words(symbol) for symbol in cluster.telling) or _words(cluster.archetype.concepts[0])


def _list(figure: Any, clusters: Sequence[Cluster]) -> None:
    """Write what each cluster is about, beside the drawing."""
    step = 0.92 / max(len(clusters), 14)
    for number, it in enumerate(clusters):
        y = 0.955 - number * step
        _mark(figure, (0.635, y), number, size=8, ec="none")
        figure.text(0.652, y, textwrap.shorten(name(it), 50, placeholder=" …"), va="center", color="#222222")
        about = it.archetype.format(indent=None)
        about = about if len(about) <= 70 else about[:69] + "…"
        figure.text(0.652, y - step * 0.42, about, **_ABOUT)
        figure.text(0.985, y, f"{it.size:,}", va="center", ha="right", color="#666666", fontsize=8)


def _mark(on: Any, at: Sequence[float], number: int, *, size: int, **edge: Any) -> None:
    """Write the number of a cluster in a circle of its colour."""
    circle = {"boxstyle": "circle,pad=0.25", "fc": _colour(number), **edge}
    text = str(number + 1)
    on.text(*at, text, ha="center", va="center", fontsize=size, weight="bold", color="white", bbox=circle)


def _words(symbol: str) -> str:
    """How *symbol* reads: `:birthPlace` as birth place."""
    if symbol.startswith(":"):
        return re.sub(r"(?<=[a-zа-я])(?=[A-ZА-Я])", " ", symbol[1:]).lower()
    return unquote(symbol).replace("_", " ")


def _colour(number: int) -> str:
    return _COLOURS[number % len(_COLOURS)] if number < _LISTED else _UNLISTED
