"""Plots as inline SVG in the text colour of the page, so that they can be read on light and dark pages."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from scenograph.errors import MissingExtraError

try:
    import matplotlib as mpl
    import numpy as np
    from matplotlib.figure import Figure
    from matplotlib.ticker import LogLocator
except ImportError as error:
    raise MissingExtraError("matplotlib", "train", error) from error

if TYPE_CHECKING:
    from numpy.typing import NDArray

INK = "#123456"
"""Stands for the text colour of the page; no plot uses it for anything else."""
COLOURS = ("#4f7cff", "#f0803c", "#2fa87a", "#b05bd6", "#d64b6a", "#8a8f98")
_WIDEST_LEGEND: Final = 4  # names in a row
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "scenograph",
    "font.family": "sans-serif",
    "font.size": 10,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def grouped_bars(groups: Mapping[str, Mapping[str, float]], *, label: str) -> str:
    """Draw group → bar → value from 0 to 1; return an `<svg>` element."""
    series = list(dict.fromkeys(name for bars in groups.values() for name in bars))
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(7.2, 2.7), layout="constrained")
        axes = figure.subplots()
        width = 0.8 / max(1, len(series))
        for position, name in enumerate(series):
            places = [index + (position - (len(series) - 1) / 2) * width for index in range(len(groups))]
            heights = [bars.get(name, 0.0) for bars in groups.values()]
            drawn = axes.bar(
                places, heights, width * 0.92, label=name, color=COLOURS[position % len(COLOURS)]
            )
            axes.bar_label(drawn, labels=[f"{height:.2f}" for height in heights], fontsize=7, padding=1)
        axes.set_xticks(range(len(groups)), list(groups))
        axes.set_ylim(0, 1.06)
        axes.set_ylabel(label)
        axes.grid(axis="y", alpha=0.25)
        axes.set_axisbelow(True)
        if len(series) > 1:
            figure.legend(loc="outside upper right", ncols=len(series), frameon=False, fontsize=9)
        return _svg(figure)


def curve(steps: Sequence[float], losses: Sequence[float], *, x: str, y: str) -> str:
    """Draw the points in a pale colour and their running mean over them; return an `<svg>` element."""
    with mpl.rc_context(STYLE):
        figure, axes = _drawing(losses, x, y)
        axes.plot(steps, losses, color=COLOURS[0], alpha=0.3, linewidth=0.8)
        axes.plot(steps, running_mean(losses, max(1, len(losses) // 25)), color=COLOURS[0], linewidth=1.8)
        return _svg(figure)


def curves(series: Mapping[str, Sequence[tuple[float, float]]], *, x: str, y: str) -> str:
    """Draw the running mean of each of *series*, which are points; return an `<svg>` element."""
    with mpl.rc_context(STYLE):
        figure, axes = _drawing([value for points in series.values() for _, value in points], x, y)
        for number, (name, points) in enumerate(series.items()):
            values = running_mean([value for _, value in points], max(1, len(points) // 10))
            dashes = "-" if number < len(COLOURS) else "--"
            colour = COLOURS[number % len(COLOURS)]
            axes.plot([at for at, _ in points], values, dashes, color=colour, linewidth=1.4, label=name)
        if len(series) > 1:
            columns = min(len(series), _WIDEST_LEGEND)
            figure.legend(loc="outside upper right", ncols=columns, frameon=False, fontsize=9)
        return _svg(figure)


def _drawing(losses: Sequence[float], x: str, y: str) -> tuple[Figure, Any]:
    """Return a figure with axes for *losses*: by powers if none is 0."""
    figure = Figure(figsize=(7.2, 2.7), layout="constrained")
    axes = figure.subplots()
    if min(losses, default=0.0) > 0:
        axes.set_yscale("log")
        axes.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axes.yaxis.set_major_formatter("{x:g}")
        axes.minorticks_off()
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.25)
    return figure, axes


def running_mean(values: Sequence[float], window: int) -> NDArray[np.float64]:
    """Return the mean of each value and the *window* - 1 before it, or of as many as there are."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    after = np.arange(1, len(sums))
    first = np.maximum(after - window, 0)
    return (sums[after] - sums[first]) / (after - first)


def _svg(figure: Figure) -> str:
    buffer = io.StringIO()
    figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None})
    text = buffer.getvalue()
    text = text[text.index("<svg") :].replace(INK, "currentColor")
    return re.sub(r'width="[\d.]+pt" height="[\d.]+pt"', 'width="100%"', text, count=1)
