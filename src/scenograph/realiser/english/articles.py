"""English nouns without what describes them: the article, the head, what was said before."""

from __future__ import annotations

from functools import cached_property

from scenograph.morphology import english_forms as forms
from scenograph.readers.articles import FUNCTION_WORDS, WEEKDAYS, Articles
from scenograph.realiser.english import words
from scenograph.realiser.english.terms import EnglishTerms
from scenograph.realiser.text import Words
from scenograph.realiser.values import is_number, moment
from scenograph.realiser.view import Target


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
            article = self._article(target, name, False, many, [], head)
            found = [*(["the"] if article in (["a"], ["an"]) else article), *head]  # it is known by now
        else:
            found = self.spelt(word).split()
        return self._owning(found) if case == "owner" else found

    def _head(self, node: int, name: str, many: bool) -> Words:
        view = self.view
        word = view.word(node)
        if name and word == "entity":
            return self._title(name)
        lower = word.lower()
        if lower in WEEKDAYS or word.capitalize() in words.MONTHS:
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
        is_common = all(found or piece in FUNCTION_WORDS for found, piece in zip(kinds, small, strict=True))
        is_title = is_common and not all("noun" in found for found in kinds)
        if self.wording.quotes == "names" and is_title and len(pieces) > 1:
            return [f"“{pieces[0]}", *pieces[1:-1], f"{pieces[-1]}”"]
        return pieces

    def _article(
        self, node: int, name: str, is_said_of: bool, is_many: bool, quant: Words, rest: Words
    ) -> Words:
        """
        Return the article of a noun, none if it has none.

        Args:
            name: its name, if it has one
            is_said_of: whether it is what somebody is or becomes
            quant: how many, as it is said
            rest: the words between the article and the end of the noun
        """
        view = self.view
        word = view.word(node)
        if name and word == "entity" and self._articles.is_best(node):
            return ["the"]
        if name and word == "entity" and view.has(node, "of") and self._is_thing(node, name):
            return ["the"]  # «the University of Oslo»
        if name and word == "entity" and self.wording.articles == "names":
            return ["the"] if self._is_thing(node, name) else []
        if name and (word == "entity" or word.lower() in words.TITLES):
            return []
        marked = view.definite.get(node)
        if marked == "yes":
            return ["the"]
        if quant[:1] in (["little"], ["couple"]):
            return ["a"]  # «a couple packages»
        if marked == "no":
            return [] if is_many or quant else [forms.article(rest[0] if rest else word)]
        if "addressee" in view.roles_into(node) or word in words.PRONOUNS or view.unknown(node):
            return []
        if self.wording.articles == "none" and not self.is_clause(0):
            return []
        usual, parts = self._articles.usual(node, is_said_of=is_said_of), self.parts(word)
        is_noun = not parts or "noun" in parts or (is_said_of and view.has(node, "mod"))
        if not (is_noun or self._articles.is_best(node) or (usual == "a" and view.has(node, "of"))):
            return []  # «He left in secret»
        return [forms.article(rest[0] if rest else word)] if usual == "a" else [usual] if usual else []

    @cached_property
    def _articles(self) -> Articles:
        return Articles(self.view.scene.concepts, self.view.scene.triples)

    def _is_thing(self, node: int, name: str) -> bool:
        """Whether a name may have an article: «the Urban Decay», not «the Anna»."""
        is_inside = bool(self.view.roles_into(node) & {"mod", "poss", "addressee", "same"})
        last = name.split()[-1:]  # none of a name that is blank
        return bool(last) and not is_inside and "noun" in self.parts(last[0].lower())

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
