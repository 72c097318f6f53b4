"""English nouns without what describes them: the article, the head, what was said before."""

from __future__ import annotations

from typing import Final

from scenograph.morphology import english_forms as forms
from scenograph.realiser.english import words
from scenograph.realiser.english.terms import EnglishTerms
from scenograph.realiser.text import Words
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Target

_AMOUNTS: Final = (["much"], ["many"], ["several"], ["enough"], ["few"], ["a", "few"], ["a few"])
_ABSTRACT: Final = ("ness", "ism", "pathy", "logy", "ics", "istry", "graphy", "nomy")


class EnglishArticles(EnglishTerms):
    """Says the head of a noun phrase and its article."""

    def mention(self, target: Target, case: str = "object") -> Words:
        """Say a constant, or shortly what has been said before."""
        view = self.view
        if asked := self.unknown(target):
            return asked
        word = view.word(target)
        if pronoun := words.PRONOUNS.get(word):
            return [str(pronoun[("subject", "object", "owner").index(case)])]
        if isinstance(target, str):
            if view.is_quoted(target) and not moment(word):
                return word.split()
            if is_number(word):
                return [self.number(word)]
            found = self.spelt(self.value(word)).split() or [word]
            return self._owning(found) if case == "owner" else found
        if (
            view.is_joining(target)
            or view.is_not(target)
            or view.is_whether(target)
            or self.is_clause(target)
        ):
            return [
                {"subject": "they", "object": "them", "owner": "their"}[case]
                if view.is_joining(target)
                else "this"
            ]
        name = view.name(target)
        if name and word == "entity":
            found = name.split()
        elif self.parts(word) & {"noun"} or not self.parts(word):
            many = any(edge.target == "plural" for edge in view.out(target, "number"))
            head = self._head(target, name, many)
            found = [*self._article(target, name, False, False, [], head, False, ""), *head]
        else:
            found = self.spelt(word).split()
        return self._owning(found) if case == "owner" else found

    def _head(self, node: int, name: str, many: bool) -> Words:
        view = self.view
        word = view.word(node)
        if name and word == "entity":
            return self._title(name)
        lower = word.lower()
        if lower in words.WEEKDAYS or word.capitalize() in words.MONTHS:
            head = word.capitalize()
        elif view.is_quoted(node) or (word.isupper() and not many and not moment(word)):
            head = word
        elif many and lower not in words.UNCOUNTED and not is_number(word) and not moment(word):
            pieces = word.split("-")
            head = forms.plural(word) if len(pieces) < 2 or pieces[-1] not in forms.PARTICLES else word
        elif is_number(word) and view.has(node, "of", "from"):
            head = self.number(word)  # «one of them»
        else:
            head = self.value(word)
        head = self.spelt(head)
        if not name:
            return head.split()
        if lower in ("city", "town", "village", "island", "state", "province", "county", "district", "region",
                     "republic", "kingdom", "municipality", "borough", "port"):  # fmt: skip
            return [*head.split(), "of", *name.split()]
        if lower in words.TITLES:
            return [head[:1].upper() + head[1:], *name.split()]
        return [*head.split(), *name.split()]

    def _title(self, name: str) -> Words:
        """Return a name, between quotation marks if it may be a title and these are asked for."""
        pieces = name.split()
        small = [piece.lower() for piece in pieces]
        kinds = [self.parts(piece) for piece in small]
        is_common = all(
            found or piece in words.FUNCTION_WORDS for found, piece in zip(kinds, small, strict=True)
        )
        is_title = is_common and not all("noun" in found for found in kinds)
        if self.wording.quotes == "names" and is_title and len(pieces) > 1:
            return [f"“{pieces[0]}", *pieces[1:-1], f"{pieces[-1]}”"]
        return pieces

    def _article(
        self,
        node: int,
        name: str,
        many: bool,
        indefinite: bool,
        quant: Words,
        rest: Words,
        has_after: bool,
        degree: str,
        case: str = "object",
    ) -> Words:
        view = self.view
        word = view.word(node)
        lower = word.lower()
        if [*quant, *rest][:1] in (["little"], ["couple"]) and len([*quant, *rest]) > 1:
            return ["a"]
        if quant or rest[:1] in _AMOUNTS:
            return []
        if name and word == "entity" and (degree == "most" or self._is_best(node)):
            return ["the"]
        if name and word == "entity" and self.wording.articles == "definite":
            return ["the"] if self._is_thing(node, name) else []
        if name and (word == "entity" or lower in words.TITLES):
            return []
        if "addressee" in view.roles_into(node) or self._is_fixed(node, rest):
            return []
        articles = self.wording.articles
        is_asked = articles == "indefinite" or (articles == "new" and case != "subject")
        is_new = is_asked and "noun" in self.parts(lower) and not lower.endswith("s")
        indefinite |= is_new and lower not in words.UNIQUE
        if self.is_headline(node) and (articles in ("plain", "new") or "noun" not in self.parts(lower)):
            return []
        if lower in words.CALENDAR and rest and rest[0] in ("last", "next"):
            return []  # «next week»
        if lower in words.PARTS and not many and (view.has(node, "of") or lower in ("lot", "bit", "couple")):
            return [forms.article(rest[0] if rest else word)]
        if degree == "most" or (rest and rest[0] in words.DEFINITE) or self._is_best(node):
            return ["the"]
        if lower == "one" and has_after and view.is_described_noun(node):
            return ["the"]  # «the one who came»
        if lower == "one" and len(rest) > 1:
            return [forms.article(rest[0])]
        if (
            lower in words.WEEKDAYS
            or word.capitalize() in words.MONTHS
            or lower in words.BARE_WORDS
            or lower in words.FUNCTION_WORDS
            or word in words.PRONOUNS
            or is_number(word)
            or moment(word)
            or view.unknown(node)
            or (word.isupper() and len(word) > 1)
            or (word[:1].isupper() and not word.isupper())
            or not any(letter.isalpha() for letter in word)
        ):
            return []
        parts = self.parts(word)
        if parts and "noun" not in parts and not (indefinite and view.has(node, "mod")):
            return []
        if self.wording.articles == "none" and not self.is_clause(0):
            return []
        if many:
            definite = (
                articles == "definite" or view.has(node, "of") or (case == "subject" and len(rest) == 1)
            )
            is_part = any(
                is_number(source := view.word(edge.target)) or source in words.QUANTITIES
                for edge in view.into(node)
                if edge.role == "of"
            )
            return ["the"] if is_part or (definite and not indefinite) else []
        is_counted = indefinite and len(rest) > 1 and lower in words.SOMETIMES_COUNTED
        is_mass = lower in words.MASS and not is_counted
        if is_mass or (lower.endswith(_ABSTRACT) and not has_after and len(rest) == 1):
            return ["the"] if has_after and not indefinite and view.has(node, "of") else []
        if indefinite and not (view.has(node, "of") and not view.has(node, "mod")):
            return [forms.article(rest[0] if rest else word)]
        return ["the"]

    def _is_thing(self, node: int, name: str) -> bool:
        """Whether a name may have an article: «the Urban Decay», not «the Anna»."""
        is_inside = bool(self.view.roles_into(node) & {"mod", "poss", "addressee", "same"})
        last = name.split()[-1:]  # none of a name that is blank
        return bool(last) and not is_inside and "noun" in self.parts(last[0].lower())

    def _is_fixed(self, node: int, rest: Words) -> bool:
        """Whether a noun stands without an article after its preposition: «on average», «a kind of work»."""
        view = self.view
        word = view.word(node)
        for edge in view.into(node):
            if edge.role == "of" and view.word(edge.target) in words.KINDS:
                return True
            if len(rest) == 1 and word in words.BARE_PHRASES.get(edge.role, ()):
                return True
        return False

    def _is_best(self, node: int) -> bool:
        """Whether an adjective in the superlative describes a noun."""
        return any(
            link.target == "most"
            for edge in self.view.out(node, "mod")
            for link in self.view.out(edge.target, "degree")
        )

    def is_headline(self, node: int) -> bool:
        """Whether a noun stands at the top of a scene without a verb: it needs no article."""
        if node == 0:
            return not self.is_clause(0)
        return not self.is_clause(0) and any(
            edge.target == 0 and (self.view.is_joining(0) or edge.role in ("same", "item", "aside"))
            for edge in self.view.into(node)
        )

    def _owning(self, phrase: Words) -> Words:
        if not phrase:
            return []
        last = phrase[-1]
        return [*phrase[:-1], last + ("'" if last.endswith("s") and len(last) > 3 else "'s")]
