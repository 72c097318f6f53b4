"""The report: one HTML file that needs no other file, on light and dark screens."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple
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
    carrier = trained.get("carrier", workspace.config.carrier.base)
    about = f"How well this mind reads, speaks and answers, on its carrier {carrier}."
    if evaluation.exact_read:
        about += f" Measured on {evaluation.n} scenes in each style and language (seed {evaluation.seed})."
    page = Template(PAGE.read_text(encoding="utf-8")).substitute(
        mind=escape(workspace.folder.absolute().name),
        about=escape(about),
        version=escape(__version__),
        tiles="".join(_tiles(evaluation)),
        sections="".join(_sections(evaluation, trained)),
    )
    write_text(path, page)


def _tiles(evaluation: Evaluation) -> Iterator[str]:
    if not evaluation.exact_read:
        return
    scores = [it for languages in evaluation.retention.values() for it in languages.values()]
    reads = evaluation.exact_read.get("plain") or next(iter(evaluation.exact_read.values()))
    yield _tile("read exactly", min(reads.values()), "plain texts, the weaker language")
    yield _tile("retention", min(it.unguarded for it in scores), "the weakest style, without guard")
    yield _tile("retention, guarded", min(it.guarded for it in scores), "what the mind really says")
    yield _tile("answered right", min(evaluation.questions.values()), "questions, the weaker language")


def _tile(title: str, value: float, remark: str) -> str:
    return f'<div class="tile"><b>{value:.3f}</b><span>{title}</span><small>{remark}</small></div>'


def _sections(evaluation: Evaluation, trained: Mapping[str, Any]) -> Iterator[str]:
    if evaluation.exact_read:
        yield from _world_sections(evaluation)
    losses = trained.get("losses") or []
    if losses:
        yield _section(
            "Learning",
            "Loss on answers, while all adapters were trained together over the frozen carrier.",
            plots.curve([step for step, _ in losses], [loss for _, loss in losses], x="step", y="loss"),
        )
    if curves := trained.get("losses_by_ability"):
        yield _section(
            "Learning, by ability",
            "Loss on the answers of each ability's tasks alone, as a running mean.",
            plots.curves(curves, x="step", y="loss"),
        )
    speed = ([name.replace("_", " "), f"{value:,.1f}"] for name, value in evaluation.speed.items())
    yield _section("Speed", "On the machine that made this report.", _table(["what", "how many"], speed))
    if evaluation.corpora:
        yield _section(
            "Imported corpora", "Compared with texts that people wrote.", _corpora_table(evaluation)
        )
    if evaluation.samples:
        yield _section(
            "The same scene in every style",
            "What the adapters say without the guard. The number is the retention.",
            *map(_sample, evaluation.samples),
        )


def _world_sections(evaluation: Evaluation) -> Iterator[str]:
    yield _section(
        "Reading",
        "Share of texts that are read into exactly the right scene. The names in them are new to the mind.",
        plots.grouped_bars(evaluation.exact_read, label="read exactly"),
    )
    retention = {
        style: {language: it.unguarded for language, it in languages.items()}
        for style, languages in evaluation.retention.items()
    }
    rows = (
        [style, language, *(f"{share:.3f}" for share in astuple(it))]
        for style, languages in evaluation.retention.items()
        for language, it in languages.items()
    )
    yield _section(
        "Retention",
        "A scene is spoken and its text read back: the share of its links that are still there. The guard "
        "replaces a text by the exact plain one if the grammar of its style finds another scene in it.",
        plots.grouped_bars(retention, label="without guard"),
        _table(["style", "language", "without guard", "with guard", "replaced", "exact by grammar"], rows),
    )
    abilities = {name: {"share": share} for name, share in evaluation.abilities.items()}
    questions = {f"questions\n{lang}": {"share": share} for lang, share in evaluation.questions.items()}
    yield _section(
        "Abilities and questions",
        "Share of exact answers to tasks about scenes (hold: after eight other scenes), and to questions "
        "about remembered scenes.",
        plots.grouped_bars(abilities | questions, label="exact"),
    )


def _section(title: str, remark: str, *parts: str) -> str:
    return f"<section><h2>{escape(title)}</h2><p>{escape(remark)}</p>{''.join(parts)}</section>"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>'


def _corpora_table(evaluation: Evaluation) -> str:
    head = "corpus, language, examples, read F1, read exactly, F1 unchecked, Smatch, BLEU, chrF++, retention"
    rows = (
        [Path(corpus).name, language, *map(_number, astuple(it))]
        for corpus, languages in evaluation.corpora.items()
        for language, it in languages.items()
    )
    return _table(head.split(", "), rows)


def _number(value: float) -> str:
    """Write a count whole, a share with three digits, and a score of 100 with one."""
    return str(value) if isinstance(value, int) else f"{value:.3f}" if value <= 1 else f"{value:.1f}"


def _sample(sample: Sample) -> str:
    notation = escape(Scene.parse(sample.scene).format(indent=2))
    rows = (
        [style, language, text, f"{sample.retention[style][language]:.2f}"]
        for style, texts in sample.spoken.items()
        for language, text in texts.items()
    )
    table = _table(["style", "language", "text", "retention"], rows)
    return f'<div class="sample"><pre>{notation}</pre>{table}</div>'
