"""The language of a text, and the letters of two alphabets."""

from __future__ import annotations

from pathlib import Path

import pytest

from scenograph.documents import language, markup_of, normalised, sentences
from scenograph.documents.letters import mixed
from scenograph.readers.conllu import parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The meeting with the client has been moved to Thursday.", "en"),
        ("Maria works at Siemens in Berlin.", "en"),
        ("Встреча с клиентом перенесена на четверг.", "ru"),
        ("Анна спит.", "ru"),
        ("Anna sleeps.", "en"),
        ("Das Treffen mit dem Kunden wurde auf Donnerstag verlegt.", "de"),
        ("La réunion avec le client a été déplacée à jeudi.", "fr"),
        ("La reunión con el cliente se ha aplazado hasta el jueves.", "es"),
        ("Spotkanie z klientem zostało przeniesione na czwartek.", "pl"),
        ("Зустріч з клієнтом перенесено на четвер.", "uk"),
        ("Сустрэча з кліентам перанесена на чацвер.", "be"),
        ("Срещата с клиента беше преместена за четвъртък следобед.", "bg"),
        ("Η συνάντηση με τον πελάτη μεταφέρθηκε στην Πέμπτη.", "el"),
        ("与客户的会议改到了星期四。", "zh"),
        ("We met at the Café Zoë on Tuesday with Beyoncé.", "en"),
        ("См. https://example.org/about/the/meeting/with/you", "ru"),
        ("Karen interviewed Daniel Okafor on 3 September 2025.", "en"),
        ("Priya met Tomás.", "en"),
        ("The café serves soup, sandwiches and home-made cakes.", "en"),
        ("My fiancé wrote a new résumé.", "en"),
        ("Le café est fermé depuis hier.", "fr"),
        ("Jeg så en film i går.", "no"),
        ("Zoë and Björn live in Malmö.", "en"),
        ("Peter Müller war in Hamburg.", "de"),
        ("Wetin you dey do for Lagos?", "pcm"),
        ("12:30 — 14:00 ?!", "und"),
        ("", "und"),
    ],
)
def test_languages(text: str, expected: str) -> None:
    assert language(text) == expected


@pytest.mark.parametrize("treebank", ["en_ewt", "en_gum", "en_atis", "ru_gsd", "ru_taiga", "ru_poetry"])
def test_hardly_a_sentence_of_a_treebank_is_of_a_third_language(treebank: str, shared_data: Path) -> None:
    path = shared_data / "ud" / treebank / "dev.conllu"
    with path.open(encoding="utf-8") as file:
        texts = [sentence.text for sentence in parse(file)][::3]
    texts = [text for text in texts if len(text.split()) >= 5]
    third = [text for text in texts if language(text) not in ("en", "ru")]
    assert len(third) <= len(texts) / 100, third


@pytest.mark.parametrize("treebank", ["en_ewt", "en_gum", "ru_gsd", "ru_taiga"])
def test_hardly_a_sentence_of_a_treebank_is_no_sentence(treebank: str, shared_data: Path) -> None:
    path = shared_data / "ud" / treebank / "dev.conllu"
    with path.open(encoding="utf-8") as file:
        texts = [sentence.text for sentence in parse(file)][::3]
    prose = [text for text in texts if len(text.split()) >= 3 and text[:1].isalpha()]
    wrong = [
        one
        for text in prose
        for one in sentences(text, markup="plain")
        if one.kind not in ("text", "heading")
    ]
    assert len(wrong) <= len(prose) / 200, wrong


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Mосква", "Москва"),
        ("Пpивет, Aннa!", "Привет, Анна!"),
        ("сat and dоg", "cat and dog"),
        ("IT-отдел купил iPhone и USB-кабель", "IT-отдел купил iPhone и USB-кабель"),
        ("zшy", "zшy"),
        ("café Ёлка 🙂", "café Ёлка 🙂"),
    ],
)
def test_letters_of_two_alphabets(written: str, meant: str) -> None:
    assert normalised(written) == meant
    assert bool(mixed(written)) == (written != meant)


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("notes.md", "plain", "markdown"),
        ("a/b/page.HTML", "plain", "html"),
        ("letter.eml", "", "email"),
        ("notes.txt", "# A list\n\n**bold** `code`", "plain"),
        (None, "# A list\n\n**bold** `code`", "markdown"),
        (None, "<!doctype html>\n<p>Hi", "html"),
        (None, "<p>Hi</p>", "html"),
        (None, "From: a\nSubject: b\n\nHi", "email"),
        (None, "From: the office\n\nHi", "plain"),
        (None, "We met. It was cold, 2 * 3 = 6.", "plain"),
        ("scan", "if a < b then p", "plain"),
    ],
)
def test_markup_is_recognised(name: str | None, text: str, expected: str) -> None:
    assert markup_of(name, text) == expected
