"""The report is one file, whole, and says the numbers."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

from evaluate_samples import CORPUS, EVALUATION, STYLES

from scenograph.evaluate.evaluation import Evaluation
from scenograph.evaluate.page import write_page
from scenograph.evaluate.plots import INK, curve, running_mean
from scenograph.files import write_json
from scenograph.mind import MindConfig, Workspace
from scenograph.prompts import ABILITIES


class Balanced(HTMLParser):
    """Checks that elements close in order, and collects addresses."""

    VOID = ("meta", "br", "link", "path", "use", "image")

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.addresses += [value or "" for name, value in attrs if name in {"src", "href", "xlink:href"}]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open.pop() == tag


def page(tmp_path: Path, evaluation: Evaluation) -> str:
    workspace = Workspace.create(tmp_path / "mind & matter", MindConfig())
    write_page(tmp_path / "report.html", evaluation, workspace)
    return (tmp_path / "report.html").read_text(encoding="utf-8")


def test_the_page_is_whole_and_needs_nothing_else(tmp_path: Path) -> None:
    text = page(tmp_path, EVALUATION)
    parser = Balanced()
    parser.feed(text)
    assert parser.open == []
    assert all(address.startswith("#") for address in parser.addresses)
    assert "prefers-color-scheme: dark" in text
    assert INK not in text


def test_the_page_says_the_numbers_and_escapes_texts(tmp_path: Path) -> None:
    text = page(tmp_path, EVALUATION)
    assert "mind &amp; matter" in text
    assert "&lt;poet&gt; &amp; ru" in text
    assert all(style in text for style in STYLES)
    assert "0.970" in text


def test_a_mind_without_the_world_has_a_page_too(tmp_path: Path) -> None:
    corpora = {"dev": {"en": CORPUS}}
    text = page(tmp_path, Evaluation(n=0, seed=1, speed={"texts": 3.0}, corpora=corpora))
    assert "0.512" in text


def test_the_same_numbers_give_the_same_plot() -> None:
    plots = {curve([1, 2, 3], [3.0, 2.0, 1.0], x="step", y="loss") for _ in range(2)}
    assert len(plots) == 1
    assert plots.pop().startswith("<svg")


def test_the_page_draws_the_curve_of_each_ability_where_training_kept_them(tmp_path: Path) -> None:
    assert "by ability" not in page(tmp_path, EVALUATION)
    workspace = Workspace(tmp_path / "mind & matter")
    curves = {name: [[1, 0.5], [2, 0.25]] for name in ABILITIES}
    facts = {"losses": [[1, 0.5], [2, 0.25]], "losses_by_ability": curves}
    manifest = workspace.manifest("adapters")
    manifest.parent.mkdir()
    write_json(manifest, {"facts": facts, "outputs": {}})
    write_page(tmp_path / "report.html", EVALUATION, workspace)
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    _, _, section = text.partition("Learning, by ability")
    assert all(f">{name}</text>" in section for name in ABILITIES)


def test_the_running_mean_starts_with_what_there_is() -> None:
    assert running_mean([4.0, 2.0, 0.0, 6.0], 2).tolist() == [4.0, 3.0, 1.0, 3.0]
