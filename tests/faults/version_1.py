"""Memories as version 1 wrote them: the golden one, made larger by rows of the same kind."""

from __future__ import annotations

import json
import shutil
from contextlib import closing
from pathlib import Path

import apsw
from faults.ledger import Ledger

from scenograph.core.scene import Scene
from scenograph.memory.store.schema import first_seal
from scenograph.memory.symbols import name_of, symbols_of
from scenograph.morphology.lemmas import index_form

GOLDEN = Path(__file__).with_name("golden")
_WHEN = 1_790_000_000_000_000  # microseconds since 1970


def write_version_1(folder: Path, ledger: Ledger, more: int) -> None:
    """Put the golden memory, with *more* crystals, into *folder*, and what it holds into *ledger*."""
    folder.mkdir()
    path = folder / "memory.db"
    shutil.copy(GOLDEN / "v1.db", path)
    held: dict[str, int] = {}
    marks: dict[str, str] = {}
    told: dict[int, str] = {}
    with closing(apsw.Connection(str(path))) as connection, connection:
        connection.pragma("secure_delete", True)
        held |= {digest.hex(): one for one, digest in connection.execute("SELECT id, digest FROM crystals")}
        for number in range(more):
            mark = f"V{number:06}"
            scene = Scene.parse(
                f'(m / move :agent (p / person :name "{mark}") :object (t / thing-{number % 50}))'
            )
            crystal, text = _insert(connection, scene, f"Когда-то {mark} видел мост {number % 7}.")
            held[scene.digest.hex()], marks[scene.digest.hex()], told[crystal] = crystal, mark, text
    with ledger.step("version 1", {digest: marks.get(digest, "") for digest in held}) as answer:
        answer.ids |= held
        answer.told |= told


def exported() -> str:
    """What version 1 exported of the golden memory, without sources that say nothing, which go since."""
    lines: list[str] = []
    for line in (GOLDEN / "v1.jsonl").read_text().splitlines():
        record = json.loads(line)
        if "sources" in record:
            said = ("text", "language", "source")
            record["sources"] = [s for s in record["sources"] if any(s[part] is not None for part in said)]
        lines.append(json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n")
    return "".join(lines)


def version_of(folder: Path) -> int:
    """The version of the memory in *folder*."""
    with closing(apsw.Connection(str(folder / "memory.db"), flags=apsw.SQLITE_OPEN_READWRITE)) as connection:
        return int(connection.pragma("user_version"))


def _insert(connection: apsw.Connection, scene: Scene, text: str) -> tuple[int, str]:
    def following(table: str) -> int:
        return int(connection.execute("SELECT seq + 1 FROM sqlite_sequence WHERE name = ?", (table,)).get)

    crystal, source, seq = map(following, ("crystals", "sources", "changes"))
    row = (crystal, scene.digest, scene.format(indent=None), _WHEN)
    connection.execute("INSERT INTO crystals VALUES (?, ?, ?, ?, ?)", (*row, first_seal(*row)))
    row = (source, crystal, text, "ru", "a diary", _WHEN)
    connection.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?, ?)", (*row, first_seal(*row)))
    connection.execute("INSERT INTO words (rowid, lemmas) VALUES (?, ?)", (source, index_form(text)))
    row = (seq, _WHEN, "remember", crystal)
    connection.execute("INSERT INTO changes VALUES (?, ?, ?, ?, ?)", (*row, first_seal(*row)))
    for symbol in symbols_of(scene):
        connection.execute(
            "INSERT INTO symbols (symbol, name) VALUES (?, ?) ON CONFLICT DO NOTHING",
            (symbol, name_of(symbol)),
        )
        connection.execute(
            "INSERT INTO mentions SELECT id, ? FROM symbols WHERE symbol = ?", (crystal, symbol)
        )
    return crystal, text
