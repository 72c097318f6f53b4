"""
Sentences that nobody has labelled, for a teacher to read and a smaller reader to learn from.

    python recipes/sentences.py --wordnet FOLDER --out en.txt
    python recipes/sentences.py --wiktionary wikiwordnet.db --out ru.txt
    python recipes/reader.py label --run TEACHER --carrier FOLDER --texts en.txt --language en --out en.conllu

English ones are the examples of how words are used in WordNet 3.0 (Princeton University; free for any purpose
if its notice is kept): 42,000 short texts by people, whole sentences and parts of such, written small and
without a full stop. Every second one gets a capital and a full stop, as in other texts. FOLDER has WordNet's
files `data.noun`, `data.verb`, `data.adj` and `data.adv`; Debian's package wordnet-base puts them into
/usr/share/wordnet.

Russian ones are the examples of Russian Wiktionary (CC BY-SA), quoted from books and newspapers or made up by
its writers, and its definitions of nouns as sentences: «Котлован — углубление в земле …». The file is that of
the package wiki-ru-wordnet 1.0.3; `pip install mwparserfromhell pymorphy3` reads it.
"""

from __future__ import annotations

import argparse
import random
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

_EXAMPLE = re.compile(r'"([^"]+)"')
_LETTERS = re.compile(r"[^\W\d_]")
_CYRILLIC = re.compile("[а-яё]", re.IGNORECASE)
_ODD = re.compile(r"[\[\]{}|<>=…(\\~#*]|\.\.|''")
_NUMBERS = re.compile(r"~\d+~\d+$")  # of the database, behind each entry
_MARKING = frozenset({"выдел", "выделение"})  # templates around the word that an example shows
_DASHES = frozenset({"-", "--"})
_MOST_ALIKE = 20  # sentences that differ in names only: «Ока — река в России.»
_LONGEST = 25
_DEFINITIONS = 12_000
_ALL = 42_000  # Russian sentences, as many as there are English ones


def wordnet(folder: Path) -> list[str]:
    """Return the examples of each entry; its gloss stands after a bar, each example in quotation marks."""
    found: dict[str, None] = {}
    for part in ("noun", "verb", "adj", "adv"):
        for line in (folder / f"data.{part}").read_text(encoding="latin-1").splitlines():
            _, bar, gloss = line.partition("| ")
            for example in _EXAMPLE.findall(gloss) if bar else ():
                text = " ".join(example.split()).strip(" ;,-")
                if text.count(" ") >= 2 and len(_LETTERS.findall(text)) > 0.6 * len(text):
                    found[text] = None
    return [sentence(text) if n % 2 else text for n, text in enumerate(found)]


def wiktionary(path: Path) -> list[str]:
    """Return definitions and examples of Russian Wiktionary, chosen by chance, the same ones each time."""
    from pymorphy3 import MorphAnalyzer

    analyzer = MorphAnalyzer(lang="ru")
    examples: list[str] = []
    definitions: list[str] = []
    with closing(sqlite3.connect(path)) as database:
        for lemma, entry in database.execute("SELECT lemma, definition FROM synsets"):
            body = _NUMBERS.sub("", entry.split("~ru~")[-1])
            examples += examples_of(body)
            is_noun = any({"NOUN", "nomn"} in it.tag for it in analyzer.parse(lemma))
            meaning = plain(body.split("{{пример")[0].split("''")[0]).strip(" ;,.")
            if is_noun and meaning and _CYRILLIC.match(meaning):
                definitions.append(f"{lemma} — {meaning}")
    chance = random.Random(0)
    chosen: list[str] = []
    for texts, most in ((definitions, _DEFINITIONS), (examples, _ALL)):
        texts = list(dict.fromkeys(filter(_is_sentence, texts)))
        chance.shuffle(texts)
        chosen += [sentence(text) for text in _few_alike(texts)][: most - len(chosen)]
    return chosen


def examples_of(body: str) -> Iterator[str]:
    """Yield the examples of an entry: the first value of each template `пример`."""
    import mwparserfromhell

    for template in mwparserfromhell.parse(body).filter_templates(recursive=False):
        if template.name.strip() == "пример" and template.params and not template.params[0].showkey:
            yield plain(str(template.params[0].value))


def plain(wikitext: str) -> str:
    """
    Return *wikitext* without links, marks of form, and templates; a word in a marking template stays.

        >>> plain("{{разг.}} Поезда [[здесь]] ходят {{выдел|редко}}.")
        'Поезда здесь ходят редко.'
    """
    import mwparserfromhell

    code = mwparserfromhell.parse(wikitext)
    for template in code.filter_templates(recursive=False):
        name = template.name.strip()
        kept = str(template.params[0].value) if name in _MARKING and template.params else ""
        code.replace(template, " — " if name in _DASHES else kept)
    text = code.strip_code().replace("\u0301", "").replace("―", "—").replace("–", "—")
    return " ".join(text.split())


def sentence(text: str) -> str:
    """Return *text* with a capital and a full stop."""
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(tuple('.!?')) else '.'}"


def _is_sentence(text: str) -> bool:
    is_plain = not _ODD.search(text) and len(_CYRILLIC.findall(text)) > 0.65 * len(text.replace(" ", ""))
    return is_plain and 2 <= text.count(" ") < _LONGEST


def _few_alike(texts: Iterable[str]) -> Iterator[str]:
    """Yield *texts*, but few of those that differ in words with capitals, or in their first word, only."""
    seen: Counter[str] = Counter()
    for text in texts:
        shape = " ".join("X" if word[:1].isupper() else word for word in text.split()[1:])
        seen[shape] += 1
        if seen[shape] <= _MOST_ALIKE:
            yield text


def main() -> None:
    """Write sentences of one language, each once, a line each."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--wordnet", type=Path, help="a folder")
    source.add_argument("--wiktionary", type=Path, help="a database of wiki-ru-wordnet")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    texts = wordnet(options.wordnet) if options.wordnet else wiktionary(options.wiktionary)
    options.out.write_text("".join(f"{text}\n" for text in texts), encoding="utf-8")
    print(f"{len(texts)} sentences, {sum(text.count(' ') + 1 for text in texts)} words")


if __name__ == "__main__":
    main()
