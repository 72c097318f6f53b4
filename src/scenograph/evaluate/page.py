"""The report: one HTML file that needs nothing else, readable in light and dark."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from pathlib import Path
from string import Template
from typing import Any

from scenograph import __version__
from scenograph.core import Scene
from scenograph.evaluate import plots
from scenograph.evaluate.evaluation import Evaluation, Sample
from scenograph.files import write_text
from scenograph.mind.steps import facts
from scenograph.mind.workspace import Workspace

PAGE = Path(__file__).with_name("page.html")


def write_page(path: Path, evaluation: Evaluation, workspace: Workspace) -> None:
    """Write the report on *evaluation* of the mind in *workspace* to *path*, whole or not at all."""
    trained = facts(workspace, "adapters")
    page = Template(PAGE.read_text(encoding="utf-8")).substitute(
        mind=escape(workspace.folder.absolute().name),
        carrier=escape(str(trained.get("carrier", workspace.config.carrier.base))),
        version=escape(__version__),
        n=evaluation.n,
        seed=evaluation.seed,
        tiles="".join(_tiles(evaluation)),
        sections="".join(_sections(evaluation, trained)),
    )
    write_text(path, page)


def _tiles(evaluation: Evaluation) -> Iterator[str]:
    if not evaluation.exact_read:
        return
    kept = [it for languages in evaluation.retention.values() for it in languages.values()]
    reads = evaluation.exact_read.get("plain") or next(iter(evaluation.exact_read.values()))
    yield _tile("exact reading, plain", min(reads.values()), "the worse of the languages")
    yield _tile("retention", min(it.unguarded for it in kept), "the worst style, unguarded")
    yield _tile("guarded", min(it.guarded for it in kept), "what is actually said")
    yield _tile("questions", min(evaluation.questions.values()), "answered right")


def _tile(title: str, value: float, remark: str) -> str:
    return f'<div class="tile"><b>{value:.3f}</b><span>{title}</span><small>{remark}</small></div>'


def _sections(evaluation: Evaluation, trained: Mapping[str, Any]) -> Iterator[str]:
    if evaluation.exact_read:
        yield from _world_sections(evaluation)
    losses = trained.get("losses") or []
    if losses:
        yield _section(
            "Learning",
            "Loss on answers while all adapters were trained together over the frozen carrier.",
            plots.curve([step for step, _ in losses], [loss for _, loss in losses], x="step", y="loss"),
        )
    yield _section(
        "Speed",
        "On the machine that made this report.",
        plots.horizontal_bars(
            {name.replace("_", " "): value for name, value in evaluation.speed.items()}, label="per second"
        ),
    )
    if evaluation.corpora:
        yield _section("Imported corpora", "Against texts that people wrote.", _corpora_table(evaluation))
    if evaluation.samples:
        yield _section(
            "The same scene in every style",
            "As the adapters speak, unguarded; the number is the retention.",
            *map(_sample, evaluation.samples),
        )


def _world_sections(evaluation: Evaluation) -> Iterator[str]:
    kept = evaluation.retention
    yield _section(
        "Reading",
        "Share of texts read into exactly the right scene. Every name in them is new to the mind.",
        plots.grouped_bars(evaluation.exact_read, label="exact"),
    )
    yield _section(
        "Retention",
        "A scene is spoken and the text read back: how much of it is still there, before the guard steps in. "
        "The guard then asks the style's own grammar, which forgives no slip.",
        plots.grouped_bars(
            {
                style: {lang: it.unguarded for lang, it in languages.items()}
                for style, languages in kept.items()
            },
            label="retention",
        ),
        _retention_table(evaluation),
    )
    yield _section(
        "Abilities and questions",
        "Exact answers to tasks over scenes; hold always has eight distractors. Questions are asked about "
        "remembered scenes.",
        plots.grouped_bars(
            {
                **{name: {"share": share} for name, share in evaluation.abilities.items()},
                **{f"questions\n{lang}": {"share": share} for lang, share in evaluation.questions.items()},
            },
            label="share",
        ),
    )


def _section(title: str, remark: str, *parts: str) -> str:
    return f"<section><h2>{escape(title)}</h2><p>{escape(remark)}</p>{''.join(parts)}</section>"


def _table(head: list[str], rows: Iterator[list[str]]) -> str:
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _retention_table(evaluation: Evaluation) -> str:
    rows = (
        [
            style,
            language,
            f"{it.unguarded:.3f}",
            f"{it.guarded:.3f}",
            f"{it.fallback:.3f}",
            f"{it.faithful:.3f}",
        ]
        for style, languages in evaluation.retention.items()
        for language, it in languages.items()
    )
    head = [
        "style",
        "language",
        "unguarded",
        "guarded",
        "replaced by the plain surface",
        "exact by the style's grammar",
    ]
    return _table(head, rows)


def _corpora_table(evaluation: Evaluation) -> str:
    rows = (
        [
            Path(corpus).name,
            language,
            str(it.examples),
            f"{it.read_f1:.3f}",
            f"{it.read_exact:.3f}",
            f"{it.draft_f1:.3f}",
            f"{it.smatch:.3f}",
            f"{it.bleu:.1f}",
            f"{it.chrf:.1f}",
            f"{it.retention:.3f}",
        ]
        for corpus, languages in evaluation.corpora.items()
        for language, it in languages.items()
    )
    return _table(
        [
            "corpus",
            "language",
            "examples",
            "read F1",
            "read exactly",
            "F1 of drafts",
            "Smatch",
            "BLEU",
            "chrF++",
            "retention",
        ],
        rows,
    )


def _sample(sample: Sample) -> str:
    notation = escape(Scene.parse(sample.scene).format(indent=2))
    rows = "".join(
        f"<tr><th>{escape(style)}</th><td>{escape(text)}</td><td>{sample.retention[style][language]:.2f}</td></tr>"
        for style, texts in sample.spoken.items()
        for language, text in texts.items()
    )
    return f'<div class="sample"><pre>{notation}</pre><div class="scroll"><table>{rows}</table></div></div>'
