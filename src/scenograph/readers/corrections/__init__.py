"""
Corrections: trees that a parser finds, and that no sentence of the language can have, put right by rules.

    When was the bridge opened?         the bridge is what was opened, not who opens
    In 1545 Anna left.                  1545 is a year, and does not count Annas
    День рождения Ивана — 3 марта.      the dash says that the day is the third of March
    Кошку зовут Муся.                   Муся is the name, not who is called for
"""

from __future__ import annotations

import re
from typing import Final

from scenograph.errors import CorpusError
from scenograph.readers.conllu import check_tree
from scenograph.readers.corrections import (
    clauses,
    english,
    english_amounts,
    english_clauses,
    english_names,
    english_numbers,
    english_objects,
    english_parts,
    english_questions,
    english_there,
    english_words,
    russian,
    russian_amounts,
    russian_apposition,
    russian_clauses,
    russian_names,
    russian_numbers,
    russian_phrases,
    russian_predicates,
    russian_questions,
    russian_subjects,
    russian_times,
)
from scenograph.readers.sentence import Word

_LATIN: Final = re.compile("[A-Za-z]")
_CYRILLIC: Final = re.compile("[А-Яа-яЁё]")

CERTAIN: Final = 0.99
"""How probable an arc is that a rule has made."""


_ENGLISH: Final = (
    *english_questions.RULES,
    *english_there.RULES,
    *english_names.RULES,
    *english_parts.RULES,
    *english_clauses.RULES,
    *english_amounts.RULES,
    *english_numbers.RULES,
    *english_objects.RULES,
    *english.RULES,
    *english_words.RULES,
    clauses.join_dates,
)
_RUSSIAN: Final = (
    *russian_predicates.RULES,
    *russian_questions.RULES,
    *russian_amounts.RULES,
    *russian_numbers.RULES,
    *russian_times.RULES,
    *russian_subjects.RULES,
    *russian_apposition.RULES,
    *russian_phrases.RULES,
    *russian_clauses.RULES,
    *russian.RULES,
    *russian_names.RULES,
)


def correct(words: list[Word]) -> list[int]:
    """
    Put the tree of *words* right. It stays a tree: a rule whose arcs would run in a circle is left out.

    Returns:
        The places, from 0, of the words whose arc a rule has made.
    """
    text = " ".join(word.form for word in words)
    english_rules = _ENGLISH if _LATIN.search(text) else ()
    russian_rules = _RUSSIAN if _CYRILLIC.search(text) else ()
    changed: set[int] = set()
    for rule in (*english_rules, *russian_rules, *clauses.RULES):
        found = dict(rule(words))
        if not found:
            continue
        after = [found.get(place, word) for place, word in enumerate(words)]
        if _is_tree(after) or not _is_tree(words):
            words[:] = after
            changed |= found.keys()
    return sorted(changed)


def _is_tree(words: list[Word]) -> bool:
    try:
        check_tree(words)
    except CorpusError:
        return False
    return True
