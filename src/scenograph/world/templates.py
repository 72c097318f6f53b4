"""
Templates: the wordings in which a scene is said, for each style, language and frame.

They are read from `styles/*.toml`. This one says the frame `transitive`::

    clause = ["{agent} {verb} {object}[ with {instrument}][ {place}][ {time}]"]

`{role}` or `{role:form}` is a slot: a form is a case, a verb form, or `cap` for a capital letter.
`{role|one|other}` agrees with what fills the role: man|woman of a person, singular|plural of a thing, or
m|f|n|pl. A part in square brackets is said if the scene has its role, and left out if not.
The same templates say scenes and read texts, so a style cannot say what it cannot read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, NamedTuple, TypeAlias, final

from scenograph.world.bundled import table

STYLES: Final[tuple[str, ...]] = tuple(table("styles/index")["styles"])
LANGUAGES: Final[Mapping[str, str]] = table("styles/index")["languages"]
UNREAD: Final[Mapping[str, str]] = table("styles/index")["unread"]


class Frame(NamedTuple):
    """
    A way in which scenes are said.

    Attributes:
        fillers: what fills each role: `person`, `thing`, `place`, `time`, `clause`, `number` … `place` stands
            for every preposition of a place
        required: the roles that must be there
        root: the concept of the scene; empty if a slot says it
        slot: the slot that says the concept: `verb`, `kin`, `property` or `class`; empty if `root` is it
        tense: of the scene; empty if it has none
    """

    fillers: Mapping[str, str]
    required: frozenset[str]
    root: str
    slot: str
    tense: str


def _frame(name: str, row: Mapping[str, str]) -> Frame:
    roles = {role: filler for role, filler in row.items() if role not in ("root", "tense")}
    required = frozenset(role for role, filler in roles.items() if not filler.endswith("?"))
    fillers = {role: filler.removesuffix("?") for role, filler in roles.items()}
    root = row.get("root", name)
    slot = root[1:-1] if root.startswith("{") else ""
    return Frame(fillers, required, "" if slot else root, slot, row.get("tense", ""))


FRAMES: Final = {name: _frame(name, row) for name, row in table("styles/index")["frames"].items()}


@final
@dataclass(frozen=True)
class Literal:
    """Words said as they stand."""

    text: str


@final
@dataclass(frozen=True)
class Slot:
    """
    The place where a role is said.

    Attributes:
        role: without its colon; `verb`, `kin`, `property` or `class` for the concept of the scene itself
        form: a case, a verb form or `cap`
        kind: what fills it; see `Frame`
    """

    role: str
    form: str
    kind: str


@final
@dataclass(frozen=True)
class Agreement:
    """Alternatives chosen by the gender or number of what fills a role."""

    role: str
    options: tuple[str, ...]


@final
@dataclass(frozen=True)
class Group:
    """Words said if the scene has *role*."""

    role: str
    items: tuple[Item, ...]


Item: TypeAlias = Literal | Slot | Agreement | Group


@final
@dataclass(frozen=True)
class Template:
    """One wording of one frame; *asked* names the role that a question asks for ('' elsewhere)."""

    frame: str
    items: tuple[Item, ...]
    source: str
    asked: str = ""


_PIECE = re.compile(r"\{(?P<slot>[^{}]+)\}|(?P<open>\[)|(?P<close>\])|(?P<text>[^{}\[\]]+)")


def compile_template(frame: str, source: str, asked: str = "") -> Template:
    """
    Compile one wording.

    Raises:
        ValueError: if it leaves a role of its frame unsaid, or begins with a clause
    """
    fillers = FRAMES[frame].fillers
    levels: list[list[Item]] = [[]]
    for piece in _PIECE.finditer(source):
        if piece["open"]:
            levels.append([])
        elif piece["close"]:
            items = levels.pop()
            role = next(item.role for item in items if isinstance(item, Slot))
            levels[-1].append(Group(role, tuple(items)))
        elif piece["text"]:
            levels[-1].append(Literal(piece["text"]))
        elif "|" in piece["slot"]:
            role, *options = piece["slot"].split("|")
            levels[-1].append(Agreement(role, tuple(options)))
        else:
            role, _, form = piece["slot"].partition(":")
            levels[-1].append(Slot(role, form, fillers.get(role, role)))
    template = Template(frame, tuple(levels[0]), source, asked)
    _check(template)
    return template


def _check(template: Template) -> None:
    """Refuse a template that does not say each role as its frame needs it."""
    frame = FRAMES[template.frame]
    fillers, required = frame.fillers, frame.required
    where = f"{template.frame}: {template.source!r}"
    said = {item.role for item in template.items if isinstance(item, Slot)}
    grouped = {item.role for item in template.items if isinstance(item, Group)}
    for role, filler in fillers.items():
        if role == template.asked or filler == "implied":
            continue
        if role not in (said if role in required else grouped):
            raise ValueError(f"{where} does not say :{role}" + ("" if role in required else " in brackets"))
    if frame.slot and frame.slot not in said:
        raise ValueError(f"{where} does not say its {frame.slot}")
    unknown = (said | grouped) - {*fillers, frame.slot}
    if unknown:
        raise ValueError(f"{where} says {unknown}, which the frame does not have")
    first = template.items[0]
    if isinstance(first, Slot) and first.kind == "clause" and first.form != "cap":
        raise ValueError(f"{where} begins with a clause")


@final
@dataclass(frozen=True)
class Style:
    """
    The wordings of one style in one language.

    Attributes:
        clauses: by frame, wordings that can stand inside others
        texts: by frame, whole utterances; a frame without any is its clause with a capital and a full stop
    """

    name: str
    language: str
    clauses: dict[str, tuple[Template, ...]]
    texts: dict[str, tuple[Template, ...]]


@cache
def load_style(name: str, language: str) -> Style:
    """Read a bundled style; frames that it does not word are worded as in `plain`."""
    plain = load_style("plain", language) if name != "plain" else None
    clauses = dict(plain.clauses) if plain else {}
    texts = dict(plain.texts) if plain else {}
    for frame, sources in table(f"styles/{name}")[language].items():
        if "clause" in sources:
            clauses[frame] = tuple(compile_template(frame, source) for source in sources["clause"])
            texts.pop(frame, None)
        if "text" in sources:
            texts[frame] = tuple(compile_template(frame, source) for source in sources["text"])
    return Style(name, language, clauses, texts)


@cache
def load_questions(language: str) -> Mapping[tuple[str, str], tuple[Template, ...]]:
    """Read the wordings of questions, by frame and by the role that is asked for, or `whether`."""
    return {
        (frame, asked): tuple(
            compile_template(frame, source, "" if asked == "whether" else asked) for source in sources
        )
        for frame, rows in table("styles/questions")[language].items()
        for asked, sources in rows.items()
    }


def wordings(language: str) -> list[str]:
    """Return the sources of all wordings of *language* without the names of their slots."""
    files = [table(f"styles/{name}")[language] for name in (*STYLES, "questions")]
    sources = [
        source for file in files for kinds in file.values() for rows in kinds.values() for source in rows
    ]
    return [re.sub(r"\{[^{}|]*", " ", source) for source in sources]
