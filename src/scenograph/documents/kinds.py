"""What is no sentence: code, tables, addresses, data, marks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from itertools import tee
from typing import Final

from scenograph.documents.records import Kind

_WORD = re.compile(r"[^\W_]")
_ADDRESS = re.compile(
    r"[<(\[]?(?:(?:https?|ftp|file|mailto|tel)://?\S+|www\.\S+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+|"
    r"(?:[a-z0-9-]+\.)+(?:com|org|net|edu|gov|io|ru|uk|de|рф)(?:/\S*)?)[>)\].,;]?",
    re.IGNORECASE,
)
_DATA = re.compile(r"(?:[A-Za-z0-9+/_-]{40,}={0,2}|(?:[0-9a-fA-F]{2}[ :]?){20,})")
_LONG_DATA = re.compile(r"[A-Za-z0-9+/=_-]{60,}")
_CODE_END = re.compile(r"(?:[;{}]|\)\s*\{|=>|\\|&&|\|\|)\s*(?://.*|#.*|/\*.*)?$")
_CODE_START = re.compile(
    r"(?:(?:def|class)\s+\w+\s*(?:\(.*\))?\s*(?:->.*)?:|import\s+[\w.]+(?:\s+as\s+\w+)?$|from\s+[\w.]+\s+import\s|"
    r"#include\s*[<\"]|(?:public|private|static|const|let|var|function|fn|func)\s+\w+.*[=({;]|"
    r"(?:if|while|for|switch)\s*\(.*\)|(?:return|throw|yield|print|echo)\b.*[;()\[\]{}*=]|@\w+(?:\(.*\))?$|"
    r"[$#%]\s+\w[\w./-]*(?:\s|$)|>>>\s|//\s|/\*|</?\w+[^<>]*>|"
    r"(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP)\s+.*\b(?:FROM|INTO|SET|TABLE|WHERE)\b)"
)
_CODE_INSIDE = re.compile(
    r"\w+\([^()\s]*\)[.;,)]|\w+\.\w+\(|==|!=|<=|>=|->|=>|::|\+=|-=|&&|\|\||\]\[|"
    r"\b\w+\s=\s[\w\"'\[{(]|\w=[\"'\w]|\b[a-z]+_[a-z_]+\b|\$\{?\w+|</\w+>|[\"']\s?:\s?[\"'\d\[{]"
)
_GAP = re.compile(r"\s{2,}|\t")
_CELLS = re.compile(r"[|│┃]")
_BORDER = re.compile(r"[-=+|│┃─━┼┌┐└┘├┤┬┴:\s]{3,}")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffd]")
_LONGEST_CELL = 40
_LOOKED_AT = 300  # characters of a line
_LONGEST_BRACKET = 4  # a line of code that has neither letters nor digits, such as "});"
_CONTROL_SHARE: Final = 0.02


def is_binary(text: str) -> bool:
    """Tell whether *text* is no text: it has a character of value 0, or many that no text has."""
    some = text[:65536]
    return "\0" in some or len(_CONTROL.findall(some)) > _CONTROL_SHARE * len(some)


def is_code_line(text: str) -> bool:
    """Tell whether a line looks like code of a programming language, or like the output of a program."""
    if " " not in text and _ADDRESS.fullmatch(text):
        return False
    text = text[:_LOOKED_AT]
    if not _WORD.search(text) and len(text) > _LONGEST_BRACKET:
        return False
    if _CODE_START.match(text) or (_CODE_END.search(text) and _CODE_INSIDE.search(text)):
        return True
    if text in ("{", "}", "};", "});", "[", "]", "],", "},", ")", ");", "end", "else:", "else {", "} else {"):
        return True
    words = len(text.split())
    return len(_CODE_INSIDE.findall(text)) * 3 > words + 1 or (words == 1 and bool(_DATA.fullmatch(text)))


def is_code(lines: Sequence[str]) -> bool:
    """Tell whether *lines* that each look like code are code together: one must be long enough to tell."""
    return any(len(line) > 3 for line in lines)


def table_rows(lines: Iterable[str]) -> int:
    """Return how many of the first *lines* are rows of one table, its borders included; 0 if none."""
    tables = zip(_TABLES, tee(lines, len(_TABLES)), strict=True)
    return next((rows for (cells, least), some in tables if (rows := _rows(some, cells, least))), 0)


def _rows(lines: Iterable[str], cells: Callable[[str], int], least: int) -> int:
    """Return how many of the first *lines* have as many cells as the first one, and *least* at least."""
    filled = width = rows = 0
    for line in lines:
        if _BORDER.fullmatch(line):
            rows += 1
            if rows > filled + _MOST_BORDERS:
                return 0
            continue
        count = cells(line)
        if count < least or (width and cells is not _piped and count != width):
            break
        width = count
        filled += 1
        rows += 1
    return rows if filled >= _LEAST_ROWS else 0


def _piped(line: str) -> int:
    return len(_CELLS.findall(line)) + (not line.startswith(("|", "│", "┃"))) if _CELLS.search(line) else 0


def _tabbed(line: str) -> int:
    return line.count("\t") + 1 if "\t" in line.strip() else 0


def _columns(line: str) -> int:
    cells = _GAP.split(line.strip())
    return len(cells) if all(len(cell) <= _LONGEST_CELL for cell in cells) else 0


def _commas(line: str) -> int:
    """Count the cells of a line of CSV, where no blank follows the commas."""
    if ", " in line or line.endswith((",", ".")):
        return 0
    return max(line.count(","), line.count(";")) + 1


_TABLES: Final[tuple[tuple[Callable[[str], int], int], ...]] = (
    (_piped, 2),
    (_tabbed, 2),
    (_columns, 3),
    (_commas, 3),
)
_LEAST_ROWS: Final = 2
_MOST_BORDERS: Final = 3  # more than rows


def kind_of(text: str, kind: Kind) -> Kind:
    """Return *kind*, or what *text* is instead of a sentence of this kind."""
    if not _WORD.search(text):
        return "marks"
    if " " not in text:
        if _ADDRESS.fullmatch(text):
            return "address"
        if _DATA.fullmatch(text) and (any(map(str.isdigit, text)) or len(text) >= 60):
            return "code"
    elif _LONG_DATA.search(text) and sum(map(len, _LONG_DATA.findall(text))) * 2 > len(text):
        return "code"
    return kind
