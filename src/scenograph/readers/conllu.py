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

The format: https://universaldependencies.org/format.html. A sentence can be written back exactly:
`list(parse(format(s).split("\\n"))) == [s]`, and `format` gives the lines of the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from scenograph.errors import CorpusError
from scenograph.readers.offsets import placed
from scenograph.readers.sentence import EmptyNode, Sentence, Token, Word


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
    found, spelt = placed(words, tokens, text, text_line)
    return Sentence(tuple(found), spelt, tuple(tokens), tuple(empty), tuple(comments))


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
