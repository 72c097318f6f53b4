"""
Styles: for each language and frame, the wordings in which a scene of that frame is said.

A wording is a template, read from `styles/*.toml`::

    clause = ["{agent} {verb} {object}[ with {instrument}][ {place}][ {time}]"]

`{role}` or `{role:form}` is a slot; `{role|one|other}` agrees with the gender of a person (man|woman)
or with a thing (singular|plural, or m|f|n|pl); a group in square brackets is said iff its role is there.
The same template says a scene and recognises its text, so a style cannot say what it cannot read.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final, TypeAlias, final

_FOLDER: Final = resources.files("scenograph.world") / "styles"
_INDEX: Final[dict[str, Any]] = tomllib.loads((_FOLDER / "index.toml").read_text(encoding="utf-8"))
STYLES: Final[tuple[str, ...]] = tuple(_INDEX["styles"])
LANGUAGES: Final[dict[str, str]] = _INDEX["languages"]
UNREAD: Final[dict[str, str]] = _INDEX["unread"]

# frame: (roles it must have, roles it may have)
FRAMES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "transitive": ((":agent", ":object"), (":instrument", ":place", ":time")),
    "ditransitive": ((":agent", ":object", ":recipient"), (":place", ":time")),
    "intransitive": ((":agent",), (":place", ":time")),
    "property": ((":object", ":property"), ()),
    "trait": ((":object", ":property"), ()),
    "class": ((":object", ":class"), ()),
    "kinship": ((":agent", ":object"), ()),
    "possession": ((":agent", ":object"), ()),
    "location": ((":object", ":place"), ()),
    "mental": ((":agent", ":content"), (":time",)),
    "speech": ((":agent", ":content"), (":time",)),
    "because": ((":cause", ":effect"), ()),
    "if": ((":condition", ":consequence"), ()),
    "and": ((":op1", ":op2"), ()),
    "or": ((":op1", ":op2"), ()),
    "not": ((":op1",), ()),
    "equal": ((":op1", ":op2"), ()),
    "greater": ((":op1", ":op2"), ()),
    "answer": ((":value", ":content"), ()),
    "ignorance": ((":value",), ()),
}
_CLAUSES: Final = frozenset({"content", "cause", "effect", "condition", "consequence"})
_WORDS: Final = frozenset({"verb", "kin"})


@final
@dataclass(frozen=True)
class Literal:
    """Words said as they stand."""

    text: str


@final
@dataclass(frozen=True)
class Slot:
    """The place of a role; *form* is a case, a verb form or `cap`."""

    role: str
    form: str
    kind: str


@final
@dataclass(frozen=True)
class Agreement:
    """Alternatives chosen by the gender or number of a role's filler."""

    role: str
    options: tuple[str, ...]


@final
@dataclass(frozen=True)
class Group:
    """Words said iff the scene has *role*."""

    role: str
    items: tuple[Item, ...]


Item: TypeAlias = Literal | Slot | Agreement | Group


@final
@dataclass(frozen=True)
class Template:
    """One wording of one frame; *asked* names the role a question asks for ('' elsewhere)."""

    frame: str
    items: tuple[Item, ...]
    source: str
    asked: str = ""


def slot_kind(frame: str, role: str) -> str:
    """How the filler of *role* is said in *frame*: phrase, clause, place, time, number, verb …"""
    if role in _CLAUSES or (frame in ("and", "or", "not") and role in ("op1", "op2")):
        return "clause"
    if role in _WORDS or role in ("place", "time", "property", "class", "value"):
        return role
    if frame == "equal" and role == "op1":
        return "sum"
    if frame in ("equal", "greater"):
        return "number"
    return "phrase"


_PIECE = re.compile(r"\{(?P<slot>[^{}]+)\}|(?P<open>\[)|(?P<close>\])|(?P<text>[^{}\[\]]+)")


def compile_template(frame: str, source: str, asked: str = "") -> Template:
    """
    Compile one wording.

    Raises:
        ValueError: if it leaves a role of its frame unsaid, or begins with a clause
    """
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
            levels[-1].append(Slot(role, form, slot_kind(frame, role)))
    template = Template(frame, tuple(levels[0]), source, asked)
    _check(template)
    return template


def _check(template: Template) -> None:
    must, may = FRAMES[template.frame]
    said = {item.role for item in template.items if isinstance(item, Slot)}
    grouped = {item.role for item in template.items if isinstance(item, Group)}
    for role in must:
        if role[1:] not in said and role[1:] != template.asked and template.frame != "ignorance":
            raise ValueError(f"{template.frame}: {template.source!r} does not say {role}")
    for role in may:
        if role[1:] not in grouped and role[1:] != template.asked:
            raise ValueError(f"{template.frame}: {template.source!r} does not say {role} in brackets")
    unknown = (said | grouped) - {role[1:] for role in must + may} - _WORDS
    if unknown:
        raise ValueError(f"{template.frame}: {template.source!r} says {unknown}, which the frame has not")
    first = template.items[0]
    if isinstance(first, Slot) and first.kind == "clause" and first.form != "cap":
        raise ValueError(f"{template.frame}: {template.source!r} begins with a clause")


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


@final
@dataclass(frozen=True)
class Questions:
    """By frame and asked role (or `whether`), the wordings of questions in one language."""

    language: str
    wordings: dict[tuple[str, str], tuple[Template, ...]]


def _table(name: str) -> dict[str, dict[str, dict[str, list[str]]]]:
    return tomllib.loads((_FOLDER / f"{name}.toml").read_text(encoding="utf-8"))


@cache
def load_style(name: str, language: str) -> Style:
    """Read a bundled style; frames it does not word are worded as in `plain`."""
    plain = load_style("plain", language) if name != "plain" else None
    clauses = dict(plain.clauses) if plain else {}
    texts = dict(plain.texts) if plain else {}
    for frame, wordings in _table(name)[language].items():
        if "clause" in wordings:
            clauses[frame] = tuple(compile_template(frame, s) for s in wordings["clause"])
            texts.pop(frame, None)
        if "text" in wordings:
            texts[frame] = tuple(compile_template(frame, s) for s in wordings["text"])
    return Style(name, language, clauses, texts)


@cache
def load_questions(language: str) -> Questions:
    """Read the bundled wordings of questions."""
    return Questions(
        language,
        {
            (frame, asked): tuple(
                compile_template(frame, s, "" if asked == "whether" else asked) for s in sources
            )
            for frame, rows in _table("questions")[language].items()
            for asked, sources in rows.items()
        },
    )


def wordings(language: str) -> list[str]:
    """The sources of all wordings of *language* without the names of their slots."""
    tables = [_table(name)[language] for name in (*STYLES, "questions")]
    sources = [s for table in tables for kinds in table.values() for rows in kinds.values() for s in rows]
    return [re.sub(r"\{[^{}|]*", " ", source) for source in sources]
