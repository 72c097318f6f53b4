"""Texts as people have them: what comes out, for a person to read and check."""

from __future__ import annotations

import base64
import time

import pytest
from documents.test_laws import check

from scenograph.documents import Markup, markup_of, sentences
from scenograph.documents.split import LONGEST, words


def kinds(text: str, markup: Markup) -> list[tuple[str, str]]:
    """Return the kind and the text of each piece of *text*, for which all laws hold."""
    return [(one.kind, one.text) for one in check(text, markup)]


README = """\
---
title: Lamp
---
# Lamp

[![Build](https://x.y/b.svg)](https://x.y) **Lamp** turns a lamp on and off, e.g. at night. It is *small*.
It needs Python 3.11, see [the docs](https://x.y/d "Docs").

Setup
-----

1. Run `pip install lamp`.
2. Plug the lamp in
   and wait

- [x] tested on Linux
- [ ] Windows

```python
lamp.on()  # a comment.
```

| model | watts |
| --- | --- |
| A&amp;B | 5 |

> Simple is better. Really.

<details>
<summary>More</summary>
<p>Hidden <b>text</b> is here.</p>
</details>

Made with \\*love\\* in 2\\*3 days<br>by Ann & Bob
"""


def test_a_readme() -> None:
    assert markup_of("README.md", README) == markup_of(None, README) == "markdown"
    assert kinds(README, "markdown") == [
        ("code", "--- title: Lamp ---"),
        ("heading", "Lamp"),
        ("text", "Lamp turns a lamp on and off, e.g. at night."),
        ("text", "It is small."),
        ("text", "It needs Python 3.11, see the docs."),
        ("heading", "Setup"),
        ("item", "Run pip install lamp."),
        ("item", "Plug the lamp in and wait"),
        ("item", "tested on Linux"),
        ("item", "Windows"),
        ("code", "lamp.on() # a comment."),
        ("table", "model watts"),
        ("table", "A&B 5"),
        ("quote", "Simple is better."),
        ("quote", "Really."),
        ("heading", "More"),
        ("text", "Hidden text is here."),
        ("text", "Made with *love* in 2*3 days"),
        ("text", "by Ann & Bob"),
    ]


PAGE = """\
<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>The Daily &ndash; Home</title>
<style>p { color: red }</style><script>if (a < b) { document.write("<p>no</p>"); }</script></head>
<body><nav><a href="/">Home</a> <a href="/news">News</a></nav>
<h1>Mayor opens<br>new bridge</h1>
<p>The <a href="/m">mayor of Riga</a>&nbsp;opened it on Monday. &quot;It is done,&quot; she said.
<p>Work took 3&#189; years<sup>1</sup>
<ul><li>Length: 540&nbsp;m<li>Cost: <b>90</b> million</ul>
<!-- an advertisement -->
<blockquote>We waited long. Too long!</blockquote>
<table><tr><th>Year<th>Cars</tr><tr><td>2024<td>1,200</tr></table>
<pre>x = open("f")
print(x)</pre>
<p hidden>caf&eacute; &amp; bar</footer></div></p>
12 Main St<br>Riga<br>open daily,<br>except Sunday
</body></html>
"""


def test_a_page() -> None:
    assert markup_of(None, PAGE) == markup_of("a/index.HTM", "x") == "html"
    assert kinds(PAGE, "html") == [
        ("heading", "The Daily – Home"),
        ("text", "Home News"),
        ("heading", "Mayor opens new bridge"),
        ("text", "The mayor of Riga opened it on Monday."),
        ("text", '"It is done," she said.'),
        ("text", "Work took 3½ years1"),
        ("item", "Length: 540 m"),
        ("item", "Cost: 90 million"),
        ("quote", "We waited long."),
        ("quote", "Too long!"),
        ("table", "Year Cars"),
        ("table", "2024 1,200"),
        ("code", 'x = open("f") print(x)'),
        ("text", "café & bar"),
        ("text", "12 Main St"),
        ("text", "Riga"),
        ("text", "open daily, except Sunday"),
    ]


THREAD = """\
Return-Path: <anna@example.org>
Received: from mail.example.org by mx.example.com; Mon, 2 Nov 2026 10:00:00 +0000
From: Anna Berg <anna@example.org>
To: Team <team@example.com>
Subject: Re: Meeting moved
Date: Mon, 2 Nov 2026 10:00:00 +0000
MIME-Version: 1.0
Content-Type: text/plain; charset=utf-8

Hi all,

Thursday suits all of us. Dr. Weiss can join at 3 p.m., but only if the room
on the second floor is free.

On Mon, 2 Nov 2026 at 09:12, Bob Lee wrote:
> The meeting with the client has been moved to Thursday. Is
> that fine?
>
>> Which client?
> The one from Riga

Best,
Anna

-- 
Anna Berg | Example Ltd.
+371 555 0199
"""  # noqa: W291


def test_a_thread_of_letters() -> None:
    assert markup_of("a.eml", THREAD) == markup_of(None, THREAD) == "email"
    assert kinds(THREAD, "email") == [
        ("label", "From: Anna Berg <anna@example.org>"),
        ("label", "To: Team <team@example.com>"),
        ("heading", "Re: Meeting moved"),
        ("label", "Date: Mon, 2 Nov 2026 10:00:00 +0000"),
        ("text", "Hi all,"),
        ("text", "Thursday suits all of us."),
        ("text", "Dr. Weiss can join at 3 p.m., but only if the room on the second floor is free."),
        ("heading", "On Mon, 2 Nov 2026 at 09:12, Bob Lee wrote:"),
        ("quote", "The meeting with the client has been moved to Thursday."),
        ("quote", "Is that fine?"),
        ("quote", "Which client?"),
        ("quote", "The one from Riga"),
        ("text", "Best, Anna"),
        ("marks", "--"),
        ("signature", "Anna Berg | Example Ltd. +371 555 0199"),
    ]


def test_a_letter_of_several_parts() -> None:
    picture = base64.encodebytes(bytes(range(256))).decode()
    letter = (
        "From: a@b.c\r\nSubject: =?utf-8?B?0J/RgNC40LLQtdGC?= =?utf-8?Q?_=D0=B2=D1=81=D0=B5=D0=BC?=\r\n"
        'Content-Type: multipart/mixed; boundary="X"\r\n\r\nThis is a multi-part message.\r\n--X\r\n'
        'Content-Type: multipart/alternative; boundary="Y"\r\n\r\n--Y\r\n'
        "Content-Type: text/plain; charset=koi8-r\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + base64.encodebytes("Анна спит. Олег ушёл.".encode("koi8-r")).decode()
        + "\r\n--Y\r\nContent-Type: text/html\r\n\r\n<p>Анна <b>спит</b>.</p>\r\n--Y--\r\n--X\r\n"
        f"Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\n{picture}\r\n--X--\r\n"
    )
    found = kinds(letter, "email")
    assert found[:4] == [
        ("label", "From: a@b.c"),
        ("heading", "Привет всем"),
        ("text", "Анна спит."),
        ("text", "Олег ушёл."),
    ]
    assert [kind for kind, _ in found[4:]] == ["code", "code"]
    assert found[4][1] == "<p>Анна <b>спит</b>.</p>"


def test_chat_lines() -> None:
    chat = (
        "[12:30] Anna: hi all 😊 did u see the news??\n"
        "[12:31] Bob Lee: no.. whats up\n"
        "[12:31] Anna: they moved teh meeting to thursday\n"
        "so we have 2 more days\n"
        "12:35 <bob> omg :))) Great!\n"
    )
    assert kinds(chat, "plain") == [
        ("label", "[12:30] Anna:"),
        ("text", "hi all 😊 did u see the news??"),
        ("label", "[12:31] Bob Lee:"),
        ("text", "no.. whats up"),
        ("label", "[12:31] Anna:"),
        ("text", "they moved teh meeting to thursday so we have 2 more days"),
        ("label", "12:35 <bob>"),
        ("text", "omg :)))"),
        ("text", "Great!"),
    ]


def test_a_diary_in_russian() -> None:
    diary = (
        "3 марта 2026 г., вторник\n\n"
        "Сегодня ходили с А. С. Петровым на ул. Ленина, д. 5, и т. д. Погода — так себе...\n"
        "Мама сказала: «Возьми зонт!» — и ушла. Я не взял)) Промок.\n\n"
        "Планы:\n"
        "— купить хлеб, молоко и пр.\n"
        "— позвонить Кате (т. е. сестре)\n\n"
        "ИТОГИ ГОДА\n\n"
        "Потратил 10 тыс. руб. за март, в т. ч. 3 тыс. на книги 📚 Зачем?\n"
    )
    assert kinds(diary, "plain") == [
        ("text", "3 марта 2026 г., вторник"),
        ("text", "Сегодня ходили с А. С. Петровым на ул. Ленина, д. 5, и т. д."),
        ("text", "Погода — так себе..."),
        ("text", "Мама сказала: «Возьми зонт!» — и ушла."),
        ("text", "Я не взял))"),
        ("text", "Промок."),
        ("heading", "Планы:"),
        ("text", "— купить хлеб, молоко и пр."),
        ("text", "— позвонить Кате (т. е. сестре)"),
        ("heading", "ИТОГИ ГОДА"),
        ("text", "Потратил 10 тыс. руб. за март, в т. ч. 3 тыс. на книги 📚"),
        ("text", "Зачем?"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "Name | Age\n-----|----\nAnna | 30\nOleg | 41\n",
        "Name\tAge\nAnna\t30\nOleg\t41\n",
        "Name    Age   City\nAnna    30    Riga\nOleg    41    Perm\n",
        "name,age,city\nAnna,30,Riga\nOleg,41,Perm\n",
        "+------+-----+\n| Name | Age |\n+------+-----+\n| Anna | 30  |\n| Oleg | 41  |\n+------+-----+\n",
    ],
)
def test_tables_are_rows_and_no_sentences(table: str) -> None:
    found = kinds(table, "plain")
    assert {kind for kind, _ in found} <= {"table", "marks"}
    assert sum(kind == "table" for kind, _ in found) == 3


@pytest.mark.parametrize(
    "code",
    [
        "def area(r):\n    # of a circle\n    return 3.14 * r ** 2\n",
        "for (int i = 0; i < n; i++) {\n    sum += a[i];\n}\n",
        "$ sudo apt-get install lamp\n$ lamp --on\n",
        '{\n  "name": "lamp",\n  "watts": 5\n}\n',
        "SELECT name FROM lamps WHERE watts > 5;\n",
        "<div class='x'>\n  <span>hi</span>\n</div>\n",
    ],
)
def test_code_is_no_sentence(code: str) -> None:
    assert {kind for kind, _ in kinds(code, "plain")} == {"code"}


def test_data_addresses_and_marks_are_no_sentences() -> None:
    data = base64.b64encode(bytes(range(256))).decode()
    wrapped = base64.encodebytes(bytes(range(256))).decode()
    assert [kind for kind, _ in kinds(f"Here it is.\n\n{data}\n\n{wrapped}\n", "plain")] == [
        "text",
        "code",
        "code",
    ]
    assert kinds("https://example.org/a?b=c#d\n\nanna@example.org", "plain") == [
        ("address", "https://example.org/a?b=c#d"),
        ("address", "anna@example.org"),
    ]
    assert kinds("?!... --- ***\n\n🙂🙂🙂", "plain") == [("marks", "?!... --- ***"), ("marks", "🙂🙂🙂")]
    assert kinds("", "plain") == kinds(" \n\t\u200b ", "plain") == kinds("<p> </p>", "html") == []


def test_abbreviations_end_no_sentence() -> None:
    english = (
        'The Smiths moved to St. Petersburg in Jan. 2020. "Why?" asked Mr. Lee. See Fig. 3 on p. 7. '
        "I went to the U.S. in May. It cost $5.5 million, i.e. a lot! OK?! Yes!!! :) Bye."
    )
    assert [text for _, text in kinds(english, "plain")] == [
        "The Smiths moved to St. Petersburg in Jan. 2020.",
        '"Why?" asked Mr. Lee.',
        "See Fig. 3 on p. 7.",
        "I went to the U.S. in May.",
        "It cost $5.5 million, i.e. a lot!",
        "OK?!",
        "Yes!!! :)",
        "Bye.",
    ]
    russian = (
        "Встреча с г-ном Ивановым в г. Казань, ул. Баумана, д. 3, кв. 5. Он к.т.н., проф. МГУ. "
        "«Зачем?» — спросил он. — Надо, — ответила я. См. рис. 5 на стр. 10. Т.е. всё хорошо. "
        "В 2020 г. Москва выросла."
    )
    assert [text for _, text in kinds(russian, "plain")] == [
        "Встреча с г-ном Ивановым в г. Казань, ул. Баумана, д. 3, кв. 5.",
        "Он к.т.н., проф. МГУ.",
        "«Зачем?» — спросил он.",
        "— Надо, — ответила я.",
        "См. рис. 5 на стр. 10.",
        "Т.е. всё хорошо.",
        "В 2020 г. Москва выросла.",
    ]


def test_binary_is_one_piece_of_code() -> None:
    binary = bytes(range(256)).decode("latin-1") * 20
    [(kind, _)] = kinds(binary, "plain")
    assert kind == "code"


@pytest.mark.parametrize("joint", [" ", ", ", "; ", ", and ", " и "])
def test_a_sentence_of_10000_words_is_cut(joint: str) -> None:
    text = joint.join(f"word{number % 9}x" for number in range(10_000)) + "."
    found = check(text, "plain")
    assert all(words(one.text) <= LONGEST for one in found)
    assert " ".join(one.text for one in found) == text
    assert len(found) < 4 * 10_000 * words(f"word1x{joint}") / LONGEST
    if joint.strip() in (";", ", and"):
        assert all(one.text.endswith((";", ",", ".")) for one in found)


def test_words_that_the_parser_cuts_in_two_are_counted_twice() -> None:
    assert all(words(one.text) <= LONGEST for one in check("cannot " * 1000, "plain"))


def test_letters_of_two_alphabets_are_noted() -> None:
    [sentence] = sentences("Мoсква большая 🙂.", markup="plain")
    assert sentence.note == "letters of two alphabets in one word: Мoсква"
    assert sentence.text == "Мoсква большая 🙂."


def test_wrapped_lines_are_joined_and_short_ones_are_not() -> None:
    wrapped = (
        "The committee of the town met on Monday in order to talk about\n"
        "Anna Berg and the new bridge. It was cold, and nobody wanted to\n"
        "stay\nlong\n"
    )
    assert kinds(wrapped, "plain")[0][1].endswith("Anna Berg and the new bridge.")
    assert [text for _, text in kinds("Buy milk\nCall Anna\nSleep", "plain")] == [
        "Buy milk",
        "Call Anna",
        "Sleep",
    ]


@pytest.mark.parametrize("markup", ["plain", "markdown", "html", "email"])
@pytest.mark.parametrize(
    "piece",
    [
        "a",
        "a ",
        "a. ",
        "<p>",
        "> ",
        "- ",
        "[",
        "*a",
        "`",
        "&amp;",
        "\n",
        "(",
        '"a',
        "a\n\n",
        "=D0",
        "| a ",
        "<b>a",
        "</p>",
        "a,",
    ],
)
def test_no_text_takes_long(markup: Markup, piece: str) -> None:
    text = piece * (20_000 // len(piece))
    started = time.process_time()
    count = sum(1 for _ in sentences(text, markup=markup))
    assert time.process_time() - started < 3, count
