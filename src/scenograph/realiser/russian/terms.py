"""Russian words in their case: nouns, names, pronouns, dates, unknowns, what was said before."""

from __future__ import annotations

from typing import ClassVar, Final

from scenograph.morphology import russian_forms as forms
from scenograph.morphology import russian_names as names
from scenograph.realiser.russian import words
from scenograph.realiser.russian.agreement import RussianAgreement
from scenograph.realiser.text import Words
from scenograph.realiser.values import Moment, is_number, moment
from scenograph.realiser.view import Target

VERB: Final = frozenset({"verb"})
"""The parts of speech of a word that is a verb and nothing else."""
CASES: Final = ("nom", "gen", "dat", "acc", "ins", "prep")


class RussianTerms(RussianAgreement):
    """Declines words, names and values."""

    DENYING: ClassVar = "не"
    JOINING: ClassVar = {"and": "и", "or": "или", "but": "но", "nor": "ни"}

    def unknown(self, target: Target, case: str = "nom", preposition: str = "") -> Words:
        """Say an unknown that *target* is, with what hangs on it; [] if it is none."""
        asked = self.view.unknown(target)
        if not asked:
            return []
        said = words.UNKNOWNS.get(asked, asked.replace("-", " "))
        found = self.pronoun(said, case, preposition)
        if not found:
            found = [self.agreeing(said, case, "m", False)] if said in ("какой", "чей") else [said]
        if isinstance(target, int) and target not in self.view.named:
            return self.described_word(target, " ".join(found))
        return found

    def spelt(self, lemma: str) -> str:
        """Return a lemma as text has it: `может-быть` and `так-что` as two words."""
        if "-" not in lemma or lemma in words.FIXED or forms.is_known(lemma):
            return words.FIXED.get(lemma, lemma)
        pieces = lemma.split("-")
        small = all(piece and "adv" in self.parts(piece) for piece in pieces)
        return " ".join(pieces) if small else lemma

    def date(self, at: Moment, case: str = "nom") -> str:
        """Return a date or time of day as text, without a preposition: «23 июня 1912 года»."""
        if at.clock:
            return at.clock
        pieces: list[str] = []
        if at.day is not None and at.month is None:
            return f"{at.day} число"
        if at.day is not None and at.month is not None:
            pieces += [str(at.day), forms.noun(words.MONTHS[at.month - 1], "gen")]
        elif at.month is not None:
            pieces.append(forms.noun(words.MONTHS[at.month - 1], case))
        if at.year is not None:
            pieces += [str(at.year), "года" if pieces else forms.noun("год", case, second=case == "prep")]
        return " ".join(pieces)

    def pronoun(self, word: str, case: str, preposition: str) -> Words:
        """Return a pronoun in *case*; [] if *word* is none."""
        if word == "друг-друг":
            said = words.EACH_OTHER[case]
            return said.split()
        stem, dash, tail = word.partition("-")
        if dash and tail in words.SOME and stem in words.PRONOUNS:
            return [f"{words.PRONOUNS[stem][CASES.index(case)]}-{tail}"]  # «у кого-то»
        found = words.PRONOUNS.get(word)
        if found is None:
            return []
        said = found[CASES.index(case)]
        if preposition and word in ("он", "она", "оно", "они") and case != "nom":
            said = words.AFTER_PREPOSITION.get(said, said)
        return [said]

    def _head(
        self, node: int, word: str, name: str, case: str, plural: bool, preposition: str, count_as: str
    ) -> Words:
        view = self.view
        second = preposition in ("в", "на")
        if name and word == "entity":
            is_title = self._is_title(name) and self.wording.quotes != "none"
            is_title |= self.wording.quotes == "names" and self._may_be_title(node, name)
            written = self._title(name, case) if is_title else names.declined(name, case)
            return written.split() or [name]
        chosen_of = view.out(node, "from", "of")
        if word == "1" and chosen_of and not isinstance(chosen_of[0].target, str):
            head = self.agreeing("один", case, self.one_of(chosen_of[0].target), False)  # «одна из провинций»
        elif view.is_quoted(node) or is_number(word):
            head = word
        elif at := moment(word):
            head = self.date(at, case)
        elif count_as in ("many", "pl") and case == "gen" and plural:
            head = forms.counted(word)
        else:
            head = self.declined(word, case, plural, second=second)
        if not name:
            return head.split() or [word]
        kind_known = "noun" in self.parts(word) or not forms.is_russian(word)
        is_person = forms.is_animate(word) and kind_known
        agrees = word in ("город", "река") and " " not in name
        is_known = word in words.UNQUOTED and forms.is_russian(name)
        kinds = self.wording.kinds if is_known and not is_person else "plain"
        agrees = (agrees or kinds == "declined") and kinds != "nominative"
        if is_person or (agrees and names.gender(name) == forms.gender(word)):
            written = names.declined(name, case)
        elif self._is_quoted(word, name):
            written = f"«{name}»"
        else:
            written = name
        return [*head.split(), *written.split()]

    def _is_quoted(self, word: str, name: str) -> bool:
        """Whether the name of a thing stands in quotation marks: «партия «Яблоко»»."""
        if self.wording.quotes == "none":
            return False
        if self.wording.quotes == "names" and "«" not in name and not names.stands_bare(name):
            return True
        return self._is_title(name) or (word not in words.UNQUOTED and forms.is_russian(name))

    def _may_be_title(self, node: int, name: str) -> bool:
        """Whether a name may be that of a book, a firm or another thing, not of a person or a place."""
        if "«" in name or names.is_person(name) or names.stands_bare(name):
            return False
        is_where = any(edge.role in words.WHERE for edge in self.view.into(node))
        return not is_where or " " in name or not forms.is_russian(name)

    def _is_title(self, name: str) -> bool:
        """Whether a name has nouns or verbs with a small letter, as titles have: «Дети гор»."""
        return (
            "«" not in name
            and not names.stands_bare(name)
            and any(piece.islower() and self.parts(piece) & {"noun", "adj", "verb"} for piece in name.split())
        )

    def _title(self, name: str, case: str) -> str:
        """Return a title in quotation marks, in *case*: «автор «Войны и мира»»."""
        return "«" + " и ".join(names.declined(part, case) for part in name.split(" и ")) + "»"

    def one_of(self, target: Target) -> str:
        """Return the gender of one of the things that *target* names."""
        gender = self.gender(self.view.inside(target))
        return gender if gender in "mfn" else "m"

    def with_preposition(self, preposition: str, said: Words) -> Words:
        """Return a noun phrase after its preposition; «ещё» and «только» stand before both."""
        limits = next((n for n, word in enumerate(said) if word not in words.PARTICLES_BEFORE), 0)
        return [*said[:limits], *preposition.split(), *said[limits:]]

    def declined(self, lemma: str, case: str, plural: bool, *, second: bool = False) -> str:
        """Return a noun, with what is written after its hyphen, in *case*."""
        fixed = self.spelt(lemma)
        if fixed != lemma:
            return fixed
        parts = self.parts(lemma)
        if parts == VERB:  # «глядеть на купающихся»
            tense = "past" if forms.is_perfective(lemma) else "pres"
            return forms.participle(lemma, tense, "actv", case, "pl", animate=True) or lemma
        if parts and not parts & {"noun", "adj"}:
            return lemma
        if "noun" not in parts and "adj" in parts:
            return forms.adjective(lemma, case, "pl" if plural else "m")
        return forms.noun(lemma, case, plural, second=second)

    def mention(self, target: Target, case: str = "nom", preposition: str = "") -> Words:
        """Say a constant, or shortly what has been said before."""
        view = self.view
        word = view.word(target)
        if asked := self.unknown(target, case, preposition):
            return asked
        if pronoun := self.pronoun(word, case, preposition):
            return pronoun
        if isinstance(target, str):
            at = moment(word)
            if at:
                if at.day is not None and case != "nom":
                    return self.date(at, "gen").split()
                return self.date(at, case).split()
            if view.is_quoted(target) or is_number(word):
                return word.split() or [word]
            return self.declined(word, case, False).split() or [word]
        if (
            view.is_joining(target)
            or view.is_not(target)
            or view.is_whether(target)
            or self.is_clause(target)
        ):
            return self.pronoun("они" if view.is_joining(target) else "это", case, preposition)
        name = view.name(target)
        return self._head(target, word, name, case, self.is_plural(target), preposition, "")
