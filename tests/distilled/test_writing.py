"""A model behind a real server writes a style; what was written is never asked for again."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from carriers.openai_server import MODELS, serve

from scenograph.carriers.chat import open_chat
from scenograph.core import Scene
from scenograph.distilled.candidates import Order, Said, Sheet
from scenograph.distilled.writing import Pen
from scenograph.errors import CarrierError, CorpusError

SAYINGS = [
    Said(Scene.parse(f'(s / sleep :agent (e / entity :name "{name}"))'), f"{name} sleeps.", "en")
    for name in ("Anna", "Boris", "Clara", "Dora", "Emil", "Fedor")
]


@contextmanager
def writer(asked: list[Any]) -> Iterator[str]:
    """A server that writes lines of a sailor, and says each sentence after an «Ahoy»; Dora's without her."""

    def answer(method: str, path: str, value: Any, headers: dict[str, str]) -> Any:
        if method == "GET":
            return 200, MODELS
        asked.append(value)
        last = value["messages"][-1]["content"]
        plain = re.search(r"Sentence: (.*)$", last)
        line = re.findall(r"“(.*)”", last)
        said = (
            "1. Ahoy, land in sight!\n2. Hoist the sails now!\n3. Beep, human.\n"
            "4. Heave ho, lads!\n5. Aye aye, sir!"
            if plain is None
            else f"“{line[-1].split(',')[0].rstrip('!')}, {plain[1].replace('Dora', 'She')}”"
        )
        return 200, {"choices": [{"message": {"content": said}, "finish_reason": "stop"}]}

    with serve(answer) as address:
        yield address


def read(text: str, said: Said) -> Scene | None:
    return said.scene if said.scene.links[0].target and "She" not in text else None


def test_it_writes_until_enough_are_kept_and_goes_on_where_it_was(tmp_path: Path) -> None:
    asked: list[Any] = []
    path = tmp_path / "bard.jsonl"
    with writer(asked) as address, open_chat(address) as chat:
        pen = Pen(chat, "an old sailor", read, path)
        first = [next(found) for found in [pen.write(SAYINGS, most=6)] for _ in range(3)]
        assert pen.sheet.lines["en"] == [
            "Ahoy, land in sight!",
            "Hoist the sails now!",
            "Heave ho, lads!",
            "Aye aye, sir!",
        ]
        again = Pen(chat, "an old sailor", read, path)
        assert again.sheet.candidates == first == pen.sheet.candidates
        rest = list(again.write(SAYINGS, most=6))
        assert [it.said for it in again.sheet.candidates] == [*SAYINGS, SAYINGS[3]]
        assert Counter(it.verdict for it in rest) == {"kept": 2, "unread": 2}
        assert list(Pen(chat, "an old sailor", read, path).write(SAYINGS, most=6)) == []
        assert len(asked) == 1 + len(again.sheet.candidates)
        assert Pen(chat, "somebody else", read, path).sheet.candidates == []
    assert [it.text for it in again.sheet.kept("en")][:2] == [
        "Ahoy, Anna sleeps.",
        "Hoist the sails now, Boris sleeps.",
    ]


def test_no_time_writes_nothing_and_few_are_few(tmp_path: Path) -> None:
    with writer([]) as address, open_chat(address) as chat:
        pen = Pen(chat, "an old sailor", read, tmp_path / "a.jsonl", {"en": ["Ahoy, lads!"]})
        assert list(pen.write(SAYINGS, most=3, seconds=0)) == []
        assert not (tmp_path / "a.jsonl").exists()
        assert len(list(pen.write(SAYINGS, most=2))) == 2


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
