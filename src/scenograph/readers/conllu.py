"""
CoNLL-U: sentences with a tree of Universal Dependencies, one word a line, ten columns a word.

    >>> sentence, = parse('''# text = Anna didn't sleep.
    ... 1\\tAnna\\tAnna\\tPROPN\\t_\\tNumber=Sing\\t4\\tnsubj\\t_\\t_
    ... 2-3\\tdidn't\\t_\\t_\\t_\\t_\\t_\\t_\\t_\\t_
    ... 2\\tdid\\tdo\\tAUX\\t_\\tTense=Past\\t4\\taux\\t_\\t_
    ... 3\\tn't\\tnot\\tPART\\t_\\tPolarity=Neg\\t4\\tadvmod\\t_\\t_
    ... 4\\tsleep\\tsleep\\tVERB\\t_\\t_\\t0\\troot\\t_\\tSpaceAfter=No
    ... 5\\t.\\t.\\tPUNCT\\t_\\t_\\t4\\tpunct\\t_\\t_
    ... '''.split("\\n"))
    >>> [(word.lemma, word.deprel, word.head) for word in sentence.words][:2]
    [('Anna', 'nsubj', 4), ('do', 'aux', 4)]
    >>> sentence.text[sentence.words[2].start : sentence.words[2].end]
    "n't"

The format: https://universaldependencies.org/format.html. Columns stay as the file has them, so that a
sentence can be written back exactly: `list(parse(format(s).split("\\n"))) == [s]`, and `format` gives the
lines of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple, final

from scenograph.errors import CorpusError

_EMPTY: Mapping[str, str] = MappingProxyType({})


@lru_cache(maxsize=65536)
def _pairs(column: str) -> Mapping[str, str]:
    """Return what a column such as `Number=Sing|Person=3` says; a part without `=` has the value ''."""
    if column == "_":
        return _EMPTY
    split = (part.partition("=") for part in column.split("|"))
    return MappingProxyType({name: value for name, _, value in split})


@lru_cache(maxsize=65536)
def _arguments(column: str) -> tuple[tuple[int, str], ...]:
    """Return the pairs of an `Args` value: `5:ARG0,9:ARGM-TMP` → ((5, 'ARG0'), (9, 'ARGM-TMP'))."""
    found: list[tuple[int, str]] = []
    for part in column.split(","):
        number, _, role = part.partition(":")
        if not (number.isascii() and number.isdigit() and role):
            raise ValueError(part)
        found.append((int(number), role))
    return tuple(found)


class Word(NamedTuple):
    """
    One word of a sentence: a node of its tree.

    Attributes:
        id: its number, from 1
        form: as written
        lemma: its dictionary form; `_` if the file does not say
        upos: universal part of speech
        xpos: part of speech of the treebank; `_` if the file does not say
        feats: morphological features as written, `Number=Sing|Person=3` or `_`; see `features`
        head: number of the word that it depends on; 0 for the root
        deprel: its relation to *head*
        deps: the column of enhanced dependencies, as written
        misc: the last column as written; see `notes`
        start, end: offsets in the text of the sentence; `text[start:end]` is the form. A word inside a
            multiword token that does not spell its words (French «au» = à + le) has the offsets of the token
    """

    id: int
    form: str
    lemma: str
    upos: str
    xpos: str = "_"
    feats: str = "_"
    head: int = 0
    deprel: str = "root"
    deps: str = "_"
    misc: str = "_"
    start: int = 0
    end: int = 0

    @property
    def features(self) -> Mapping[str, str]:
        """Morphological features: `{"Number": "Sing"}`."""
        return _pairs(self.feats)

    @property
    def notes(self) -> Mapping[str, str]:
        """What the last column says: `{"SpaceAfter": "No"}`."""
        return _pairs(self.misc)

    @property
    def space_after(self) -> bool:
        """Whether a blank follows the word in the text."""
        return self.notes.get("SpaceAfter") != "No"

    @property
    def roleset(self) -> str | None:
        """PropBank's roleset of this word, such as `give.01`; None if it is marked as no predicate."""
        return self.notes.get("Roleset")

    @property
    def arguments(self) -> tuple[tuple[int, str], ...]:
        """
        PropBank's roles of this word as (predicate's number, role).

        `Args=5:ARG0,9:ARGM-TMP` says that it heads the agent of word 5 and a time of word 9.
        """
        value = self.notes.get("Args")
        return _arguments(value) if value else ()


class Token(NamedTuple):
    """
    A multiword token: written as one, and several words in the tree, as «don't» is do + n't.

    Attributes:
        first, last: numbers of its words
        form: as written
        misc: the last column, as written
        columns: the other columns, as written: almost always `_`
    """

    first: int
    last: int
    form: str
    misc: str = "_"
    columns: tuple[str, ...] = ("_",) * 7


class EmptyNode(NamedTuple):
    """
    A node of the enhanced graph that no word of the text stands for.

    Attributes:
        after: number of the word before it; 0 at the start of the sentence
        number: 1 for the first empty node after that word
        columns: all columns but the first, as written
    """

    after: int
    number: int
    columns: tuple[str, ...]


@final
@dataclass(frozen=True, slots=True)
class Sentence:
    """
    One sentence with its tree.

    Attributes:
        words: the words; `words[i].id == i + 1`
        text: the sentence as written, in which `Word.start` counts
        tokens: multiword tokens
        empty: empty nodes
        comments: the lines before the first word, each with its `#`
    """

    words: tuple[Word, ...]
    text: str
    tokens: tuple[Token, ...] = ()
    empty: tuple[EmptyNode, ...] = ()
    comments: tuple[str, ...] = ()

    def comment(self, name: str) -> str | None:
        """Return what the comment `# name = …` says, '' for a bare `# name`; None if there is none."""
        for line in self.comments:
            key, _, value = line[1:].partition("=")
            if key.strip() == name:
                return value.strip()
        return None

    @property
    def sent_id(self) -> str | None:
        """The name of the sentence in its treebank, if it has one."""
        return self.comment("sent_id")


def parse(lines: Iterable[str]) -> Iterator[Sentence]:
    """
    Yield the sentences of a CoNLL-U file.

    Args:
        lines: its lines, with or without their ends; a blank line ends a sentence
    Raises:
        CorpusError: at the first line that is no CoNLL-U, or the first sentence that has no tree, with the
            number of the line, counted from 1
    """
    block: list[str] = []
    start = number = 1
    for number, line in enumerate(lines, start=1):
        line = line.rstrip("\r\n")
        if number == 1:
            line = line.removeprefix("\ufeff")
        if line.strip(" \t"):
            if not block:
                start = number
            block.append(line)
        elif block:
            yield _sentence(block, start)
            block = []
    if block:
        yield _sentence(block, start)


def format(sentence: Sentence) -> str:  # noqa: A001  (paired with parse, as everywhere here)
    """Return the lines of *sentence*, and the blank line that ends it; undoes `parse`."""
    tokens = {token.first: token for token in sentence.tokens}
    empty: dict[int, list[EmptyNode]] = {}
    for node in sentence.empty:
        empty.setdefault(node.after, []).append(node)
    lines = list(sentence.comments)
    lines += map(_empty_line, empty.get(0, ()))
    for word in sentence.words:
        if token := tokens.get(word.id):
            span = f"{token.first}-{token.last}"
            lines.append("\t".join((span, token.form, *token.columns, token.misc)))
        lines.append("\t".join(map(str, word[:10])))
        lines += map(_empty_line, empty.get(word.id, ()))
    return "\n".join(lines) + "\n\n"


def check_tree(words: Sequence[Word]) -> None:
    """
    Check that *words* form a tree.

    Raises:
        CorpusError: if they are not numbered from 1, a head is no word of the sentence, the root is missing
            or not alone, or the heads run in a circle
    """
    _check_tree(words, [None] * len(words))


# --- one sentence ------------------------------------------------------------------------------------------

_ID = re.compile(r"([1-9][0-9]*)(?:-([1-9][0-9]*))?|(0|[1-9][0-9]*)\.([1-9][0-9]*)", re.ASCII)
_HEAD = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_TEXT = re.compile(r"#\s*text\s*=\s?(.*)", re.DOTALL)


def _error(line: int | None, message: str) -> CorpusError:
    return CorpusError(f"line {line}: {message}" if line else message)


def _sentence(block: Sequence[str], start: int) -> Sentence:
    """Read the lines of one sentence; the first has the number *start*."""
    comments: list[str] = []
    words: list[Word] = []
    tokens: list[Token] = []
    empty: list[EmptyNode] = []
    numbers: list[int | None] = []  # of the lines of the words
    text, text_line = None, start
    for number, line in enumerate(block, start=start):
        if line[0] == "#" and "\t" not in line:
            if words or tokens or empty:
                raise _error(number, "a comment stands inside a sentence; move it before the first word")
            comments.append(line)
            if text is None and (found := _TEXT.fullmatch(line)):
                text, text_line = found[1], number
            continue
        columns = line.split("\t")
        if len(columns) != 10:
            raise _error(number, _wrong_columns(columns))
        if "" in columns:
            raise _error(
                number, f"column {columns.index('') + 1} is empty; write '_' where there is nothing to say"
            )
        name = columns[0]
        expected = len(words) + 1
        if name == str(expected):
            words.append(_word(columns, expected, number))
            numbers.append(number)
            continue
        match = _ID.fullmatch(name)
        if match is None:
            raise _error(
                number,
                f"{name!r} numbers no word: write 3, or 3-4 for a multiword token, or 3.1 for an empty node",
            )
        if match[3] is not None:
            empty.append(_empty_node(match, columns, expected, empty, number))
        elif match[2] is not None:
            tokens.append(_token(match, columns, expected, tokens, number))
        else:
            raise _error(
                number, f"word {name} stands where word {expected} is expected; number words 1, 2, 3 …"
            )
    if not words:
        raise _error(start, "there are comments and no words; remove them, or the blank line after them")
    if tokens and tokens[-1].last > len(words):
        last = tokens[-1]
        raise _error(
            start + len(block) - 1,
            f"the multiword token {last.first}-{last.last} ends after the last word, {len(words)}",
        )
    _check_tree(words, numbers)
    placed, spelt = _placed(words, tokens, text, text_line)
    return Sentence(tuple(placed), spelt, tuple(tokens), tuple(empty), tuple(comments))


def _wrong_columns(columns: Sequence[str]) -> str:
    said = f"there are {len(columns)} columns instead of 10"
    if len(columns) == 1:
        return f"{said}; columns are separated by tabs, not by blanks"
    return f"{said}; write '_' in columns that have nothing to say"


def _word(columns: Sequence[str], expected: int, number: int) -> Word:
    _, form, lemma, upos, xpos, feats, head, deprel, deps, misc = columns
    if not _HEAD.fullmatch(head):
        if head == "_":
            raise _error(number, f"word {expected} has no head, so there is no tree; parse the text first")
        raise _error(number, f"the head {head!r} is no number of a word; write 0 for the root")
    if deprel == "_":
        raise _error(number, f"word {expected} has no relation to its head; write one in column 8")
    word = Word(expected, form, lemma, upos, xpos, feats, int(head), deprel, deps, misc)
    if "Args=" in misc:
        try:
            _ = word.arguments
        except ValueError as error:
            raise _error(number, f"{error} is no role of PropBank; write Args=5:ARG0,9:ARGM-TMP") from error
    return word


def _token(
    match: re.Match[str], columns: Sequence[str], expected: int, tokens: Sequence[Token], number: int
) -> Token:
    first, last = int(match[1]), int(match[2])
    if last <= first:
        raise _error(number, f"the range {columns[0]} of a multiword token is empty; write it as 3-4")
    if first != expected:
        raise _error(
            number,
            f"the multiword token {columns[0]} stands before word {expected}; put it before word {first}",
        )
    if tokens and first <= tokens[-1].last:
        raise _error(
            number, f"the multiword tokens {columns[0]} and {tokens[-1].first}-{tokens[-1].last} overlap"
        )
    return Token(first, last, columns[1], columns[9], tuple(columns[2:9]))


def _empty_node(
    match: re.Match[str], columns: Sequence[str], expected: int, empty: Sequence[EmptyNode], number: int
) -> EmptyNode:
    after, place = int(match[3]), int(match[4])
    before = sum(node.after == after for node in empty)
    if after != expected - 1 or place != before + 1:
        raise _error(
            number, f"the empty node {columns[0]} stands where {expected - 1}.{before + 1} is expected"
        )
    return EmptyNode(after, place, tuple(columns[1:]))


def _empty_line(node: EmptyNode) -> str:
    return "\t".join((f"{node.after}.{node.number}", *node.columns))


def _check_tree(words: Sequence[Word], numbers: Sequence[int | None]) -> None:
    """Check that *words*, whose lines have *numbers*, form a tree."""
    count = len(words)
    if not count:
        raise CorpusError("a sentence needs at least one word")
    root = 0
    for place, word in enumerate(words):
        line = numbers[place]
        if word.id != place + 1:
            raise _error(line, f"word {word.id} stands where word {place + 1} is expected")
        if not 0 <= word.head <= count:
            raise _error(
                line,
                f"the head of word {word.id} is {word.head}, but there are {count} words; correct column 7",
            )
        if word.head == 0:
            if root:
                raise _error(
                    line, f"words {root} and {word.id} are both roots; give one of them a head in column 7"
                )
            root = word.id
    if not root:
        raise _error(numbers[0], "no word is the root; write the head 0 for one of them")
    # Every chain of heads must end at the root: colour each word by the chain that first met it.
    chain = [0] * (count + 1)
    for word in words:
        here = word.id
        while here and not chain[here]:
            chain[here] = word.id
            here = words[here - 1].head
        if here and chain[here] == word.id:
            circle = [here]
            while (here := words[here - 1].head) != circle[0]:
                circle.append(here)
            shown = " → ".join(map(str, [*circle[:8], *(["…"] if len(circle) > 8 else circle[:1])]))
            raise _error(
                numbers[circle[0] - 1],
                f"the heads run in a circle ({shown}); correct column 7 of one of them",
            )


# --- offsets -----------------------------------------------------------------------------------------------


def _placed(
    words: Sequence[Word], tokens: Sequence[Token], text: str | None, line: int
) -> tuple[list[Word], str]:
    """Return *words* with their offsets, and the text; without a *text*, one that the forms spell."""
    spans: list[tuple[int, int]] = []  # (first word, last word) of each thing that is written as one
    at = 1
    starts = {token.first: token for token in tokens}
    while at <= len(words):
        last = starts[at].last if at in starts else at
        spans.append((at, last))
        at = last + 1
    forms = [starts[a].form if a in starts else words[a - 1].form for a, _ in spans]
    if text is None:
        pieces: list[str] = []
        for (first, last), form in zip(spans, forms, strict=True):
            notes = _pairs(starts[first].misc) if first in starts else words[last - 1].notes
            pieces += form, "" if notes.get("SpaceAfter") == "No" else " "
        text = "".join(pieces).rstrip()
    placed: list[Word] = []
    position = 0
    for (first, last), form in zip(spans, forms, strict=True):
        position = _after_blanks(text, position)
        end = _end(text, position, form)
        if end is None:
            found = text[position : position + 20]
            raise _error(
                line,
                f"the text and the words differ: word {first} is {form!r}, the text goes on with {found!r}",
            )
        placed += _inside(words[first - 1 : last], text, position, end)
        position = end
    if rest := text[_after_blanks(text, position) :]:
        raise _error(
            line, f"the text and the words differ: no word spells {rest[:20]!r} at the end of the text"
        )
    return placed, text


def _after_blanks(text: str, position: int) -> int:
    while position < len(text) and text[position].isspace():
        position += 1
    return position


def _end(text: str, position: int, form: str) -> int | None:
    """Return where *form* ends in *text* if it stands at *position*; blanks in it match any blanks."""
    if text.startswith(form, position):
        return position + len(form)
    if " " not in form and "\xa0" not in form:
        return None
    found = re.compile(r"\s*".join(map(re.escape, form.split()))).match(text, position)
    return found.end() if found else None


def _inside(words: Sequence[Word], text: str, start: int, end: int) -> list[Word]:
    """Return *words*, which are written together from *start* to *end*, with their offsets."""
    if len(words) == 1:
        return [Word(*words[0][:10], start, end)]
    if "".join(word.form for word in words) != text[start:end]:
        return [word._replace(start=start, end=end) for word in words]
    placed: list[Word] = []
    for word in words:
        placed.append(word._replace(start=start, end=start + len(word.form)))
        start += len(word.form)
    return placed
