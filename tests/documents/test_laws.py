"""Laws of documents: nothing of a text is lost, said twice or moved, whatever its markup."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenograph.documents import Markup, Sentence, normalised, sentences
from scenograph.documents.split import LONGEST, words

_LIST_MARK = re.compile(r"\(?(?:\d{1,3}[.)]|[a-zа-я]\)|#\d{1,3}[.)]?)")
_BOX = re.compile(r"\[[xX]\]")


def check(text: str, markup: Markup) -> list[Sentence]:
    """Return the sentences of *text*, of which all laws hold that can be told from the text alone."""
    found = list(sentences(text, markup=markup))
    end, paragraph = 0, 1
    for sentence in found:
        assert end <= sentence.start < sentence.end <= len(text)
        assert sentence.text == " ".join(sentence.text.split())
        assert sentence.text
        assert sentence.paragraph in (paragraph, paragraph + 1) or sentence is found[0]
        end, paragraph = sentence.end, sentence.paragraph
        if sentence.is_readable:
            assert words(sentence.text) <= LONGEST
        if markup != "email":
            written = iter(html.unescape(text[sentence.start : sentence.end]))
            assert all(letter in written for letter in "".join(sentence.text.split())), sentence
    return found


def outside(text: str, found: list[Sentence]) -> str:
    """Return what stands in no sentence."""
    ends = [0, *(sentence.end for sentence in found)]
    starts = [*(sentence.start for sentence in found), len(text)]
    return "\n".join(text[end:start] for end, start in zip(ends, starts, strict=True))


def tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text)


_WORDS = st.text("abcdeABCабвгдАБВ0123456789éß", min_size=1, max_size=9)
_SIGNS = (
    r" \ \ \, \. \! \? \… \.%\%\%%\%- \%1. \%> \; \: \ — \ 🙂 \~\ | \ (\) \ «\» \%%    \))) \...\^%\'\" \*\_"
    r"\%# \%---%\%```%\%--%\%12:30 \:%\ = \();%\{\}%\http://\@"
)
_GLUE = st.sampled_from(
    [sign.translate({37: "\n", 94: "\r", 126: "\t"}) for sign in _SIGNS.split("\\")]
    + ["\u00a0", "\u00ad", "\u200b"]
)
_MESSY = st.lists(st.tuples(_WORDS, _GLUE), max_size=40).map(lambda some: "".join(map("".join, some)))


@given(_MESSY)
def test_plain_text_is_all_there(text: str) -> None:
    found = check(text, "plain")
    left = re.sub(r"^[\s>]*", "", outside(text, found))
    for line in left.split("\n"):
        rest = _LIST_MARK.sub("", _BOX.sub("", line))
        assert not tokens(rest.strip()), (line, found)
    said = [token for sentence in found for token in tokens(sentence.text)]
    unmarked = tokens(re.sub("[\u00ad\u200b]", "", text))
    ours = iter(unmarked)
    assert all(token in ours for token in said)


@given(st.text(max_size=200))
def test_any_string_has_sentences_in_every_markup(text: str) -> None:
    for markup in ("plain", "markdown", "html", "email"):
        check(text, markup)


@given(_MESSY)
def test_markdown_shows_the_words_that_its_html_shows(text: str) -> None:
    from markdown_it import MarkdownIt

    found = check(text, "markdown")
    page = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).render(text)
    shown = html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?(?:em|strong|s|code|a)\b[^>]*>", "", page)))
    said = " ".join(sentence.text for sentence in found)
    assert tokens(re.sub("[\u00ad\u200b]", "", shown)) == tokens(said)


_CODINGS = st.sampled_from(["quoted-printable", "base64", "8bit"])
_INLINE = st.sampled_from(["b", "i", "em", "a", "span", "code"])
_BLOCK = st.sampled_from(["p", "div", "h1", "h2", "li", "blockquote", "section", "td", "pre", "br"])


@st.composite
def _pages(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A page and its words, in order; tags may be left open or closed twice."""
    parts: list[str] = []
    said: list[str] = []
    for _ in range(draw(st.integers(0, 25))):
        word = draw(_WORDS)
        kind = draw(st.integers(0, 5))
        if kind == 0:
            parts.append(f"<{draw(_BLOCK)} class='x'>")
        elif kind == 1:
            parts.append(f"</{draw(_BLOCK)}>")
        elif kind == 2:
            tag = draw(_INLINE)
            parts.append(f" <{tag}>{word}</{tag}> ")
            said.append(word)
        elif kind == 3:
            parts.append(f"<!-- {word} --><script>{word}</script>")
        else:
            written = draw(
                st.sampled_from([word, f"{word}&nbsp;", f"{word} &amp; ", f"{word}. ", f"{word}\n"])
            )
            parts.append(f" {written} ")
            said.append(word)
    return "".join(parts), said


@given(_pages())
def test_html_shows_the_words_between_its_tags(page: tuple[str, list[str]]) -> None:
    text, said = page
    found = check(text, "html")
    assert tokens(" ".join(sentence.text for sentence in found)) == said


@given(_MESSY, _CODINGS, st.sampled_from(["utf-8", "utf-16-be"]))
def test_a_letter_says_what_its_body_says_however_it_is_coded(text: str, encoding: str, charset: str) -> None:
    import base64
    import quopri

    text = text.replace("\r", "")
    if encoding == "8bit":
        charset, body = "utf-8", text
    else:
        data = text.encode(charset)
        coded = quopri.encodestring(data) if encoding == "quoted-printable" else base64.encodebytes(data)
        body = coded.decode()
    letter = (
        f"Subject: S\nMIME-Version: 1.0\nContent-Type: text/plain; charset={charset}\n"
        f"Content-Transfer-Encoding: {encoding}\n\n{body}"
    )
    found = check(letter, "email")
    assert found[0][:3] == ("S", 9, 10)
    assert [sentence.text for sentence in found[1:]] == [s.text for s in sentences(text, markup="plain")]
    if encoding == "8bit":
        start = len(letter) - len(body)
        assert [s.start for s in found[1:]] == [s.start + start for s in sentences(text, markup="plain")]


@given(st.text("aоеpсcxhАABСC дДzж1🙂", max_size=40))
def test_normalising_moves_nothing_and_is_done_once(text: str) -> None:
    once = normalised(text)
    assert len(once) == len(text)
    assert normalised(once) == once
    assert [letter.isalpha() for letter in once] == [letter.isalpha() for letter in text]


_ROOT = Path(__file__).parents[2]
_PAGES = sorted([*_ROOT.glob("*.md"), *_ROOT.glob("docs/*.md")])


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.name)
def test_our_own_pages_are_read_whole(path: Path) -> None:
    from markdown_it import MarkdownIt

    text = path.read_text(encoding="utf-8")
    found = check(text, "markdown")
    said = tokens(" ".join(sentence.text for sentence in found))
    page = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(text)
    shown = [sentence.text for sentence in sentences(page, markup="html")]
    assert said == tokens(" ".join(shown))
