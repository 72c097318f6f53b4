"""A model behind a real server writes a style; what was written is never asked for again."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from carriers.openai_server import MODELS, serve

from scenograph.carriers.chat import open_chat
from scenograph.carriers.gguf.runtime import has_runtime
from scenograph.core import Scene
from scenograph.distilled.candidates import Candidate, Order, Said, Sheet
from scenograph.distilled.writing import Pen
from scenograph.errors import CarrierError, CorpusError

SMOLLM2 = Path("/tmp/models/smollm2.gguf")

SAYINGS = [
    Said(Scene.parse(f'(s / sleep :agent (e / entity :name "{name}"))'), f"{name} sleeps.", "en")
    for name in ("Anna", "Boris", "Clara", "Dora", "Emil", "Fedor")
]
LINES = {"en": ["Ahoy, land in sight!", "Hoist the sails, lads!"]}


@contextmanager
def writer(asked: list[Any]) -> Generator[str]:
    """A server that says each sentence after what its seed draws, and Dora's without her the first time."""
    seen, lock = Counter[str](), threading.Lock()

    def answer(method: str, path: str, value: Any, headers: dict[str, str]) -> Any:
        if method == "GET":
            return 200, MODELS
        last = value["messages"][-1]["content"]
        [plain] = re.findall(r"^Sentence: (.*)$", last, re.M)
        with lock:
            asked.append(value)
            seen[plain] += 1
            first = seen[plain] == 1
        word = ("Ahoy", "Avast", "Yarr", "Heave ho")[value["seed"] % 4]
        said = f"“{word}, {plain.replace('Dora', 'She') if first else plain}”\nAnd so on."
        return 200, {"choices": [{"message": {"content": said}, "finish_reason": "stop"}]}

    with serve(answer) as address:
        yield address


def read(text: str, said: Said) -> Scene | None:
    return said.scene if "She" not in text else None


def test_it_writes_until_enough_are_kept_and_goes_on_where_it_was(tmp_path: Path) -> None:
    asked: list[Any] = []
    path = tmp_path / "bard.jsonl"
    with writer(asked) as address, open_chat(address, at_once=1) as chat:
        pen = Pen(chat, "an old sailor", read, path)
        first = [next(found) for found in [pen.write(SAYINGS, most=6)] for _ in range(3)]
        again = Pen(chat, "an old sailor", read, path)
        assert again.sheet.candidates == first == pen.sheet.candidates
        rest = list(again.write(SAYINGS, most=6))
        assert [it.said for it in again.sheet.candidates] == [*SAYINGS, SAYINGS[3]]
        assert Counter(it.verdict for it in rest) == {"kept": 3, "unread": 1}
        assert list(Pen(chat, "an old sailor", read, path).write(SAYINGS, most=6)) == []
        assert len(asked) == len(again.sheet.candidates)
        assert Pen(chat, "somebody else", read, path).sheet.candidates == []
        assert Pen(chat, "an old sailor", read, path, seed=1).sheet.candidates == []
    assert all(re.fullmatch(r"\w+( ho)?, \w+ sleeps\.", it.text) for it in again.sheet.kept("en"))
    assert {tuple(it["stop"]) for it in asked} == {("\n",)}


@pytest.mark.parametrize(("at_once", "most"), [(2, 6), (8, 6), (8, 4)])
def test_many_at_once_write_what_one_writes(at_once: int, most: int, tmp_path: Path) -> None:
    found: list[list[Candidate]] = []
    for count in (1, at_once):
        with writer([]) as address, open_chat(address, at_once=count) as chat:
            pen = Pen(chat, "an old sailor", read, tmp_path / f"{count}.jsonl", seed=5)
            found.append(list(pen.write(SAYINGS, most=most)))
    assert found[0] == found[1]
    assert sum(it.verdict == "kept" for it in found[0]) == most


def test_another_seed_draws_other_texts(tmp_path: Path) -> None:
    texts: list[list[str]] = []
    for seed in (0, 0, 1):
        with writer([]) as address, open_chat(address) as chat:
            pen = Pen(chat, "an old sailor", read, tmp_path / f"{len(texts)}.jsonl", seed=seed)
            texts.append([it.text for it in pen.write(SAYINGS, most=6)])
    assert texts[0] == texts[1] != texts[2]


def test_lines_of_a_person_are_shown_in_turn(tmp_path: Path) -> None:
    asked: list[Any] = []
    with writer(asked) as address, open_chat(address, at_once=1) as chat:
        list(Pen(chat, "an old sailor", read, tmp_path / "a.jsonl", LINES).write(SAYINGS[:2], most=2))
    for value, line in zip(asked, LINES["en"], strict=True):
        assert line in value["messages"][-1]["content"]


def test_no_time_writes_nothing_and_few_are_few(tmp_path: Path) -> None:
    with writer([]) as address, open_chat(address) as chat:
        pen = Pen(chat, "an old sailor", read, tmp_path / "a.jsonl")
        assert list(pen.write(SAYINGS, most=3, seconds=0)) == []
        assert not (tmp_path / "a.jsonl").exists()
        assert len(list(pen.write(SAYINGS, most=2))) == 2


@pytest.mark.skipif(not has_runtime(), reason="xllamacpp is not installed")
@pytest.mark.skipif(not SMOLLM2.is_file(), reason=f"there is no {SMOLLM2}: scenograph carriers get smollm2")
def test_a_real_file_writes_the_same_for_one_seed(tmp_path: Path) -> None:
    texts: list[list[str]] = []
    with open_chat(str(SMOLLM2)) as chat:
        assert chat.name == "smollm2.gguf"
        for name in "ab":
            pen = Pen(chat, "an old sailor", read, tmp_path / f"{name}.jsonl", seed=3)
            texts.append([it.text for it in pen.write(SAYINGS[:1], most=1, tries=1)])
    assert texts[0] == texts[1]
    assert all(text and "\n" not in text for text in texts[0])


@pytest.mark.parametrize("change", ["no json", '{"text": 1}', '{"verdict": "fine"}'])
def test_a_damaged_file_is_named_with_its_line(change: str, tmp_path: Path) -> None:
    path = tmp_path / "bard.jsonl"
    Sheet(Order("a", "b", {})).save(path)
    assert Sheet.load(path, Order("a", "b", {})).candidates == []
    path.write_text(path.read_text(encoding="utf-8") + change + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match="line 2"):
        Sheet.load(path, Order("a", "b", {}))


def test_what_cannot_chat_is_refused() -> None:
    with pytest.raises(CarrierError, match="its own world"):
        open_chat("nano")
    with pytest.raises(CarrierError, match="nowhere"):
        open_chat("/nowhere/model")
