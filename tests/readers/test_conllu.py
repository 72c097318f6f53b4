"""CoNLL-U: real features of the format, the exact way back, and files that are refused with their line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.errors import CorpusError
from scenograph.readers.conllu import check_tree, format, parse  # noqa: A004
from scenograph.readers.sentence import Sentence, Word

SAMPLE = """\
# newdoc id = letters
# sent_id = letters-1
# text = Anna didn't «buy» it (yet).
1\tAnna\tAnna\tPROPN\tNNP\tNumber=Sing\t5\tnsubj\t5:nsubj\tArgs=5:ARG0
2-3\tdidn't\t_\t_\t_\t_\t_\t_\t_\t_
2\tdid\tdo\tAUX\tVBD\tMood=Ind|Tense=Past\t5\taux\t5:aux\t_
3\tn't\tnot\tPART\tRB\tPolarity=Neg\t5\tadvmod\t5:advmod\t_
4\t«\t«\tPUNCT\t``\t_\t5\tpunct\t_\tSpaceAfter=No
5\tbuy\tbuy\tVERB\tVB\tVerbForm=Inf\t0\troot\t_\tRoleset=buy.01|SpaceAfter=No
6\t»\t»\tPUNCT\t''\t_\t5\tpunct\t_\t_
7\tit\tit\tPRON\tPRP\t_\t5\tobj\t_\tArgs=5:ARG1,5:ARGM-TMP
8\t(\t(\tPUNCT\t-LRB-\t_\t9\tpunct\t_\tSpaceAfter=No
9\tyet\tyet\tADV\tRB\t_\t5\tadvmod\t_\tSpaceAfter=No
9.1\tdid\tdo\tAUX\t_\t_\t_\t_\t5:aux\tCopyOf=2
9.2\tit\tit\tPRON\t_\t_\t_\t_\t9.1:obj\t_
10\t)\t)\tPUNCT\t-RRB-\t_\t9\tpunct\t_\tSpaceAfter=No
11\t.\t.\tPUNCT\t.\t_\t5\tpunct\t_\t_

# newpar
# text = du au
0.1\t_\t_\tVERB\t_\t_\t_\t_\t0:root\t_
1\tdu\tdu\tX\t_\t_\t0\troot\t_\t_
2-3\tau\t_\t_\t_\t_\t_\t_\t_\t_
2\tà\tà\tADP\t_\t_\t3\tcase\t_\t_
3\tle\tle\tX\t_\t_\t1\tdep\t_\t_

"""


def _read(text: str) -> list[Sentence]:
    return list(parse(text.split("\n")))


def test_a_file_comes_back_byte_for_byte() -> None:
    assert "".join(map(format, _read(SAMPLE))) == SAMPLE


def test_every_column_can_be_used() -> None:
    first, second = _read(SAMPLE)
    buy = first.words[4]
    assert (buy.roleset, buy.space_after, buy.features) == ("buy.01", False, {"VerbForm": "Inf"})
    assert first.words[6].arguments == ((5, "ARG1"), (5, "ARGM-TMP"))
    assert (first.sent_id, first.comment("newdoc id"), second.comment("newpar")) == (
        "letters-1",
        "letters",
        "",
    )
    assert second.sent_id is None
    assert [(node.after, node.number) for node in (*first.empty, *second.empty)] == [(9, 1), (9, 2), (0, 1)]


def test_offsets_lead_to_the_words_in_the_text() -> None:
    first, second = _read(SAMPLE)
    assert [first.text[w.start : w.end] for w in first.words] == [w.form for w in first.words]
    # «au» does not spell its words «à» and «le»: both have the place of the whole.
    assert [second.text[w.start : w.end] for w in second.words] == ["du", "au", "au"]


def test_a_text_that_is_not_given_is_spelt_by_the_words() -> None:
    lines = [line for line in SAMPLE.split("\n") if not line.startswith("# text")]
    assert [s.text for s in parse(lines)] == ["Anna didn't «buy» it (yet).", "du au"]


@pytest.mark.parametrize("end", ["\r\n", "\n"])
def test_line_ends_and_a_byte_order_mark_do_not_matter(end: str) -> None:
    lines = ("\ufeff" + SAMPLE.replace("\n", end)).splitlines(keepends=True)
    assert list(parse(lines)) == _read(SAMPLE)


def test_a_form_may_hold_blanks_and_signs_that_end_lines_elsewhere() -> None:
    words = (
        "1\t20 000\t20000\tNUM\t_\t_\t0\troot\t_\tSpaceAfter=No\n2\tx\u2028x\tx\tX\t_\t_\t1\tdep\t_\t_\n\n"
    )
    text = "# text = 20 000x\u2028x\n" + words
    (sentence,) = _read(text)
    assert format(sentence) == text


def _changed(old: str, new: str) -> str:
    assert old in SAMPLE
    return SAMPLE.replace(old, new)


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (_changed("Args=5:ARG0\n", "Args=5:ARG0\tmore\n"), 4, "11 columns instead of 10"),
        (_changed("\t5\taux\t5:aux\t_\n", "\t5\taux\t5:aux\n"), 6, "9 columns"),
        ("1 Anna Anna PROPN _ _ 0 root _ _\n", 1, "separated by tabs"),
        (_changed("1\tAnna\tAnna", "1\tAnna\t"), 4, "column 3 is empty"),
        (_changed("3\tn't\tnot", "4\tn't\tnot"), 7, "word 4 stands where word 3 is expected"),
        (_changed("3\tn't\tnot", "x\tn't\tnot"), 7, "'x' numbers no word"),
        (_changed("3\tn't\tnot", "٣\tn't\tnot"), 7, "numbers no word"),
        (_changed("2-3\tdidn't", "3-2\tdidn't"), 5, "the range 3-2"),
        (_changed("2-3\tdidn't", "3-4\tdidn't"), 5, "stands before word 2"),
        (_changed("2-3\tau", "2-9\tau"), 25, "ends after the last word, 3"),
        (_changed("9.2\tit", "9.3\tit"), 15, "empty node 9.3"),
        (_changed("Number=Sing\t5\tnsubj", "Number=Sing\t12\tnsubj"), 4, "is 12, but there are 11"),
        (_changed("Number=Sing\t5\tnsubj", "Number=Sing\t-1\tnsubj"), 4, "the head '-1'"),
        (_changed("Number=Sing\t5\tnsubj", "Number=Sing\t_\t_"), 4, "parse the text first"),
        (_changed("Number=Sing\t5\tnsubj", "Number=Sing\t5\t_"), 4, "no relation"),
        (_changed("Number=Sing\t5\tnsubj", "Number=Sing\t0\troot"), 9, "words 1 and 5 are both roots"),
        (_changed("0\troot\t_\tRoleset", "1\tdep\t_\tRoleset"), 4, "no word is the root"),
        (_changed("_\t9\tpunct\t_\tSpaceAfter=No\n9", "_\t8\tpunct\t_\tSpaceAfter=No\n9"), 12, "(8 → 8)"),
        (_changed("RB\t_\t5\tadvmod", "RB\t_\t8\tadvmod"), 12, "circle (8 → 9 → 8)"),
        (_changed("Args=5:ARG0\n", "Args=five:ARG0\n"), 4, "no role of PropBank"),
        (_changed("# newpar\n", "1\tx\tx\tX\t_\t_\t0\troot\t_\t_\n# newpar\n"), 20, "a comment stands"),
        (SAMPLE + "# text = x\n\n", 27, "no words"),
        (_changed("# text = du au", "# text = du aux"), 20, "no word spells 'x'"),
        (_changed("# text = du au", "# text = de au"), 20, "word 1 is 'du', the text goes on with 'de au'"),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_with_its_line(text: str, line: int, said: str) -> None:
    with pytest.raises(CorpusError) as caught:
        _read(text)
    message = str(caught.value)
    assert message.startswith(f"line {line}: ")
    assert said in message
    assert "\n" not in message


def test_words_that_a_program_made_are_checked_too() -> None:
    with pytest.raises(CorpusError, match="circle"):
        check_tree([Word(1, "a", "a", "X"), Word(2, "b", "b", "X", head=3), Word(3, "c", "c", "X", head=2)])
    with pytest.raises(CorpusError, match="at least one word"):
        check_tree([])


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs"]), max_size=30), max_size=12))
def test_no_text_but_conllu_is_read(lines: list[str]) -> None:
    if all(line.strip("\r\n\t ") in ("", "\ufeff") for line in lines):
        return
    with pytest.raises(CorpusError, match=r"line \d+: "):
        list(parse(lines))


_COLUMN = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=6)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """Lines of one sentence: any tree, any columns."""
    count = draw(st.integers(1, 8))
    order = draw(st.permutations(range(1, count + 1)))
    lines = [[""] * 10 for _ in order]
    for place, number in enumerate(order):
        head = draw(st.sampled_from(order[:place])) if place else 0
        lines[number - 1] = [str(number), *draw(st.lists(_COLUMN, min_size=5, max_size=5)), str(head)]
        relation = draw(_COLUMN.filter(lambda c: c != "_"))
        lines[number - 1] += [relation, draw(_COLUMN), draw(_COLUMN.filter(lambda c: "Args=" not in c))]
    return "".join("\t".join(line) + "\n" for line in lines) + "\n"


@given(sentences())
def test_any_tree_comes_back(text: str) -> None:
    (sentence,) = _read(text)
    assert format(sentence) == text
    assert _read(format(sentence)) == [sentence]
    for word in sentence.words:
        assert sentence.text[word.start : word.end] == word.form


@pytest.mark.parametrize("name", ["en_ewt/dev", "en_gum/dev", "ru_gsd/dev", "ru_taiga/dev"])
def test_treebanks_come_back_byte_for_byte(name: str, shared_data: Path) -> None:
    text = (shared_data / "ud" / f"{name}.conllu").read_bytes().decode()
    assert "".join(map(format, _read(text))) == text
