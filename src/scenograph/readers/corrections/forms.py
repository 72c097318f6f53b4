"""Which cases a Russian form can stand in, by the dictionary."""

from __future__ import annotations

from scenograph.readers.dictionary import case_and_number, is_known, readings
from scenograph.readers.sentence import Word


def may_be(word: Word, case: str) -> bool:
    """Whether the dictionary lets a form stand in *case*; it does not rule out what it does not know."""
    return not is_known(word.form) or case in cases(word)


def cases(word: Word) -> set[str]:
    """Return the cases that a form can stand in; of «его» those of «он», not of «his»."""
    found = readings(word.form, word.upos)
    if word.upos == "PRON":
        found = [it for it in found if it.tag.POS == "NPRO"] or found
    return {case_and_number(it)[0] for it in found}
