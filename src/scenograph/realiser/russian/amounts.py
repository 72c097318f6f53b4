"""How many, in Russian: the numeral, and the case and number of what it counts."""

from __future__ import annotations

from abc import abstractmethod

from scenograph.morphology import russian as numerals
from scenograph.realiser.russian import words
from scenograph.realiser.russian.agreement import Agreement
from scenograph.realiser.russian.terms import RussianTerms
from scenograph.realiser.text import Words
from scenograph.realiser.values import grouped, is_number
from scenograph.realiser.view import Target


class RussianAmounts(RussianTerms):
    """Says amounts."""

    def _amount(
        self, target: Target, word: str, case: str, of: str, animate: bool, plural: bool
    ) -> tuple[Words, str, bool, str]:
        """
        Say how many of a noun.

        Returns:
            the words; the case of the noun; whether it is plural; how it is counted: one, few, many or ''
        """
        view = self.view
        said = view.word(target)
        bare = isinstance(target, str) or not view.out(target)
        direct = case in ("nom", "acc") and not (case == "acc" and animate and said in ("2", "3", "4"))
        if isinstance(target, int) and target in view.named:
            return self.mention(target), case, plural, ""
        if view.is_not(target) and self.is_denied and view.word(view.inside(target)) in ("1", "один"):
            assert isinstance(target, int)
            view.done.update(edge.place for edge in view.members(target))
            view.named.add(target)
            view.name_bare(view.inside(target))
            return ["ни", self.agreeing("один", case, of, animate)], case, plural, ""
        if view.unknown(target):
            return self.unknown(target), "gen", True, "many"
        if is_number(said):
            bounded = self._bound(target)
            if bounded and direct:  # «не менее пяти фотографий»
                case, direct = "gen", False
            is_range = any(is_number(view.word(edge.target)) for edge in view.out(target, "mod", "x"))
            spoken = self._number(said, case, of, animate, "noun" in self.parts(word))
            if is_range:
                spoken = [said]  # «2-3 года»
            if isinstance(target, int):
                spoken = self.described_word(target, spoken[0])
            if "." in said:
                return spoken, "gen" if direct else case, False, ""
            count = int(said) % 100
            if count % 10 == 1 and count != 11:
                return spoken, case, plural, ""
            if not direct:
                return spoken, case if case not in ("acc",) else "gen", True, "pl"
            if count % 10 in (2, 3, 4) and not 11 < count < 15:
                return spoken, "gen", False, "few"
            return spoken, "gen", True, "many"
        if said in words.QUANTIFIERS_GENITIVE and said not in ("большинство", "меньшинство"):
            spoken = self.described_word(target, said) if isinstance(target, int) else [said]
            if word in words.MASS and not plural:
                return spoken, "gen", False, ""  # «много воды»
            if case in ("nom", "acc"):
                return spoken, "gen", True, "many"
            stem = words.QUANTIFIER_CASES.get(said)
            if stem:
                ending = {"gen": "их", "dat": "им", "ins": "ими", "prep": "их"}[case]
                return [stem + ending], case, True, "pl"
            return spoken, "gen", True, "many"
        if said in ("оба",):
            said = "обе" if of == "f" else "оба"
            if isinstance(target, int):
                view.named.add(target)
            if case in ("nom", "acc"):
                return [said], "gen", False, "few"
            stem = "обеи" if of == "f" else "обои"
            return [stem + {"gen": "х", "dat": "м", "ins": "ми", "prep": "х"}[case]], case, True, "pl"
        if said in words.COUNTS and isinstance(target, int):
            return self.nominal(target, case), "gen", True, "many"
        if said in ("полтора", "полторы") and case in ("nom", "acc"):
            view.name_bare(target)
            return ["полторы" if of == "f" else "полтора"], "gen", False, "few"
        if not bare or "adj" in self.parts(said) or isinstance(target, str):
            if isinstance(target, str):
                many = plural or said in ("многие", "некоторые", "немногие")
                return (
                    [self.agreeing(said, case, "pl" if many else of, animate)],
                    case,
                    many,
                    "pl" if many else "",
                )
            return self.attribute(target, case, Agreement(of, 3, animate)), case, plural, ""
        many = plural or said in words.COUNTS
        return self.nominal(target, case), "gen" if "noun" in self.parts(said) else case, many, "many"

    def _bound(self, target: Target) -> bool:
        """Whether a number is said to be the most or the least: «не менее пяти», «около десяти»."""
        view = self.view
        edges = view.out(target, "degree", "mod", "manner")
        return any(view.word(view.inside(edge.target)) in words.BOUNDS for edge in edges)

    def _number(self, text: str, case: str, of: str, animate: bool, is_known: bool = True) -> Words:
        """Return a number as text; small ones as words."""
        if self.wording.numbers == "digits":
            return [text.replace(".", ",")]
        if text == "1" and is_known:
            return [self.agreeing("один", case, of, animate)]
        if text.isdecimal() and not text.startswith("0") and 2 <= int(text) <= 10:
            shape = "gen" if case == "acc" and animate and int(text) < 5 else case
            return [numerals.numeral(int(text), shape, "f" if of == "f" else "m")]
        return [grouped(text, "\u00a0").replace(".", ",")]

    @abstractmethod
    def nominal(self, target: Target, case: str = "nom", *, preposition: str = "") -> Words:
        """Say a noun with all that hangs on it in *case*; *preposition* is what stands before it."""

    @abstractmethod
    def attribute(self, target: Target, case: str, of: Agreement) -> Words:
        """Say an adjective that agrees with its noun, with what hangs on it."""
