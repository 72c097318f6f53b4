"""Any part of a text is found: in scripts without spaces, by pictures, and by names with signs."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph.core.scene import Scene
from scenograph.memory import Memory


@pytest.mark.parametrize(
    ("text", "cue"),
    [
        ("我喜欢吃苹果。", "苹果"),
        ("我喜欢吃苹果。", "喜欢吃"),
        ("我喜欢吃苹果。", "吃"),
        ("ฉันชอบกินข้าวผัดมาก", "ข้าวผัด"),
        ("東京タワーへ行きました", "タワー"),
        ("Good morning 🙂🚀", "🚀"),
        ("She writes C++ at home.", "C++"),
        ("He writes c# only.", "C#"),
        ("It runs on .NET today.", ".net"),
    ],
)
def test_parts_are_found(tmp_path: Path, text: str, cue: str) -> None:
    with Memory.open(tmp_path) as memory:
        crystal = memory.remember(Scene.parse("(s / say)"), text=text)
        other = memory.remember(
            Scene.parse("(n / note)"), text="She writes C, net and nothing else. 我们走路去 🌳"
        )
        assert memory.saying(cue) == [crystal]
        assert [hit.id for hit in memory.recall(cue)] == [crystal]
        assert other not in memory.saying(cue)
        assert memory.check() == []


def test_names_with_signs_are_different_names(tmp_path: Path) -> None:
    with Memory.open(tmp_path) as memory:
        ids = {
            name: memory.remember(Scene.parse(f'(l / language :name "{name}")'))
            for name in ("C", "C++", "C#", "F#")
        }
        for name, crystal in ids.items():
            assert memory.recall(name)[0].id == crystal
            assert memory.saying(name) == [crystal]
