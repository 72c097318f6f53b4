"""English noun phrases: articles, pronouns, numbers and dates, what describes a noun."""

from __future__ import annotations

from typing import ClassVar, Final

from scenograph.morphology import english_forms as forms
from scenograph.realiser import english_words as words
from scenograph.realiser.speaker import Form, Speaker
from scenograph.realiser.text import Words, word_set
from scenograph.realiser.values import Moment, is_number, moment, year
from scenograph.realiser.view import Edge, Target

_ADVERBIAL: Final = ("mod", "degree", "manner", "time", "place", "measure")
_ABSTRACT: Final = ("ness", "ism", "pathy", "logy", "ics")
_ADVERB: Final = frozenset({"adv"})
_NEXT: Final = word_set("last next this every each that")


class EnglishNouns(Speaker):
    """Says nouns, names, pronouns and values."""

    JOINING: ClassVar = {"and": "and", "or": "or", "but": "but", "nor": "nor"}

    def parts(self, lemma: str) -> frozenset[str]:
        """Return the parts of speech that *lemma* may be."""
        found = forms.parts(lemma)
        return found - {"noun"} if lemma in words.VERBS else found

    def has_adjective(self, target: Target) -> bool:
        """Whether an adjective or a determiner describes *target*: then it is a noun."""
        return any(
            edge.target in words.DETERMINERS
            or ("adj" in (parts := self.parts(self.view.word(edge.target))) and "adv" not in parts)
            for edge in self.view.out(target, "mod")
        )

    def unknown_said(self, node: int) -> Words:
        """Say an unknown that is a predicate: «What is the capital?», or stands elsewhere."""
        asked = self.view.unknown(node)
        return self.described_word(node, words.UNKNOWNS.get(asked, asked.replace("-", " ")))

    def unknown(self, target: Target) -> Words:
        """Say an unknown that *target* is, with what hangs on it; [] if it is none."""
        asked = self.view.unknown(target)
        if not asked:
            return []
        said = words.UNKNOWNS.get(asked, asked.replace("-", " "))
        if isinstance(target, int) and target not in self.view.named:
            return self.described_word(target, said)
        return said.split()

    # --- words ------------------------------------------------------------------------------------------

    def spelt(self, lemma: str) -> str:
        """Return a lemma as text has it: `at-least` as two words, but `well-known` as one."""
        if "-" not in lemma or lemma.startswith("-"):
            return lemma
        first = lemma.split("-")[0].lower()
        if first in words.PHRASES:
            return lemma.replace("-", " ")
        return lemma

    def value(self, text: str, *, dated: bool = False) -> str:
        """Return a number or a date as text: `1912-06-23` → «23 June 1912»."""
        if (at := moment(text)) and (dated or not is_number(text)):
            return self.date(at)
        return text

    def date(self, at: Moment) -> str:
        """Return a date or time of day as text, without a preposition."""
        if at.clock:
            return at.clock
        pieces: list[str] = []
        if at.day is not None and at.month is None:
            return f"the {at.day}{ordinal_ending(at.day)}"
        if at.day is not None:
            pieces.append(str(at.day))
        if at.month is not None:
            pieces.append(words.MONTHS[at.month - 1])
        if at.year is not None:
            pieces.append(f"{at.year}")
        return " ".join(pieces)

    # --- noun phrases -----------------------------------------------------------------------------------

    def nominal(self, target: Target, case: str = "object", *, indefinite: bool = False) -> Words:
        """
        Say a noun with all that hangs on it.

        Args:
            target: the noun's node, or a constant
            case: `subject`, `object` or `owner`; it counts for pronouns and names
            indefinite: whether it is new to the hearer: «is a doctor»
        """
        return self.view.deeper(lambda: self._nominal(target, case, indefinite))

    def _nominal(self, target: Target, case: str, indefinite: bool) -> Words:
        view = self.view
        if isinstance(target, str) or target in view.named or view.unknown(target):
            return self.mention(target, case)
        if view.is_whether(target):
            return self.clause(target, Form())
        if self.is_clause(target):
            return self.anything(target)
        view.named.add(target)
        if view.is_joining(target) or view.is_not(target):
            return self._joined_nouns(target, case, indefinite)
        return self._noun(target, case, indefinite)

    def _joined_nouns(self, node: int, case: str, indefinite: bool) -> Words:
        view = self.view
        edges = view.members(node)
        view.done.update(edge.place for edge in edges)
        owner = view.out(node, "poss")
        before: Words = []
        for edge in owner:
            view.done.add(edge.place)
            before += self.owner(edge.target)
        front, after = self.around(node)
        if view.is_not(node):
            return [
                *front,
                "not",
                *before,
                *self.nominal(edges[0].target, case, indefinite=indefinite),
                *after,
            ]
        pieces = [self.nominal(edge.target, case, indefinite=indefinite) for edge in edges]
        close = ["," not in piece for piece in pieces]
        if any(self._has_phrase(edge.target) for edge in edges[:-1]):
            close = [False] * len(pieces)
        if view.word(node) == "but":
            close = [False] * len(pieces)
        return [*front, *before, *self.join(view.word(node), pieces, close), *after, *self.described(node)]

    def _has_phrase(self, target: Target) -> bool:
        """Whether something stands after a noun: «food with a name», so that a comma must end it."""
        before = ("mod", "quant", "poss", "number", "name", "degree", "remark")
        return not self.is_clause(target) and any(edge.role not in before for edge in self.view.out(target))

    def _noun(self, node: int, case: str, indefinite: bool) -> Words:
        view = self.view
        word = view.word(node)
        if pronoun := words.PRONOUNS.get(word):
            own = list(view.out(node))
            if not own:
                return [str(pronoun[("subject", "object", "owner").index(case)]), *self.described(node)]
        name = view.name(node)
        plural = view.mark(node, "number") == "plural"
        degree = view.mark(node, "degree")
        only: Words = []
        determiner: Words = []
        quant: Words = []
        before: Words = []
        after: Words = []
        late: Words = []
        amount = ""
        for edge in view.take(node):
            if edge.role == "name":
                continue
            said = view.word(edge.target)
            if edge.role in ("poss", "agent") and not determiner and not self.is_clause(edge.target):
                determiner = self.owner(edge.target)
            elif edge.role == "quant":
                amount = said
                if said in (
                    "every",
                    "each",
                    "some",
                    "any",
                    "no",
                    "another",
                    "either",
                    "neither",
                    "which",
                    "whose",
                ):
                    quant += self.amount(edge.target)
                else:
                    quant += self.amount(edge.target)
            elif (
                edge.role == "mod"
                and said in words.DETERMINERS
                and not view.out(edge.target)
                and not determiner
            ):
                view.name_bare(edge.target)
                many = plural or (is_number(amount) and amount != "1")
                determiner = [words.PLURAL_DETERMINERS.get(said, said) if many else said]
            elif edge.role in ("mod", "degree") and self._limits(edge.target):
                only += self.adverb(edge.target)
            elif edge.role == "same" and view.unknown(edge.target):
                determiner = self.unknown(edge.target)
            else:
                position, phrase = self._modifier(edge, node)
                if position == "before":
                    before += phrase
                elif position == "after":
                    after += phrase
                elif position == "front":
                    only += phrase
                else:
                    late += phrase
        if degree:
            before = [degree, *before]
        counted = is_number(amount) and amount not in ("1", "1.0")
        many = plural or counted or amount in ("many", "few", "several", "both", "?how-many")
        head = self._head(node, name, many)
        back_before, back_after = self._described(node)
        before += back_before
        after += back_after
        if not determiner:
            determiner = self._article(
                node, name, many, indefinite, quant, [*before, *head], bool(after), degree, case
            )
        elif quant and quant[-1] in ("all", "both", "half", "such"):
            determiner, quant = [*quant, *determiner], []
        found = [*only, *determiner, *quant, *before, *head, *after, *late]
        return self._owning(found) if case == "owner" else found

    def _limits(self, target: Target) -> bool:
        """Whether an adverb stands before a whole noun phrase: «only the path», «absolutely my favourite»."""
        word = self.view.word(target)
        if self.view.out(target) or word in words.AFTER_NOUNS:
            return False
        return word in words.BEFORE_NOUNS or self.parts(word) == _ADVERB

    def _owning(self, phrase: Words) -> Words:
        if not phrase:
            return []
        last = phrase[-1]
        return [*phrase[:-1], last + ("'" if last.endswith("s") and len(last) > 3 else "'s")]

    def owner(self, target: Target) -> Words:
        """Say whose something is: «my», «Oleg's»."""
        view = self.view
        if self.unknown(target):
            return ["whose"]
        if (
            isinstance(target, int)
            and (pronoun := words.PRONOUNS.get(view.word(target)))
            and not view.out(target)
        ):
            view.named.add(target)
            return [pronoun[2], *self.described(target)]
        if isinstance(target, str) and (pronoun := words.PRONOUNS.get(view.word(target))):
            return [pronoun[2]]
        return self.nominal(target, "owner")

    def amount(self, target: Target) -> Words:
        """Say how many or how much."""
        view = self.view
        if asked := self.unknown(target):
            return asked
        if isinstance(target, str):
            return [self.number(view.word(target))]
        if target in view.named:
            return self.mention(target)
        if view.is_joining(target) or view.is_not(target):
            return self.nominal(target)
        return self.described_word(target, self.number(view.word(target)))

    def number(self, text: str) -> str:
        """Return a number as text; small ones as words."""
        if text.isdecimal() and len(text) < 3 and int(text) <= 10 and not text.startswith("0"):
            return words.NUMBERS[int(text)]
        return self.spelt(text)

    def described_word(self, node: int, said: str) -> Words:
        """Say an adjective, an adverb or a number with what hangs on it."""
        view = self.view
        view.named.add(node)
        degree = view.mark(node, "degree")
        if degree:
            said = forms.compared(said, degree)
        before: Words = []
        after: Words = []
        for edge in view.take(node):
            if edge.role in ("degree", "mod", "manner", "measure", "time", "quant") and not self.is_clause(
                edge.target
            ):
                phrase = self.adverb(edge.target)
                if edge.role in ("degree", "quant", "measure") or (
                    len(phrase) == 1 and phrase[0] not in ("enough", "ago")
                ):
                    before += phrase if phrase != ["enough"] else []
                    after += phrase if phrase == ["enough"] else []
                else:
                    after += phrase
            else:
                after += self.beside(edge, node)
        return [*before, *said.split(), *after, *self.described(node)]

    def adverb(self, target: Target) -> Words:
        """Say an adverb, an adjective or whatever else says how."""
        return self.view.deeper(lambda: self._adverb(target))

    def _adverb(self, target: Target) -> Words:
        view = self.view
        if asked := self.unknown(target):
            return asked
        word = view.word(target)
        if isinstance(target, str):
            return self.spelt(self.value(word)).split()
        if target in view.named:
            return self.mention(target)
        if view.is_joining(target) or view.is_not(target):
            view.named.add(target)
            edges = view.members(target)
            view.done.update(edge.place for edge in edges)
            pieces = [self.adverb(edge.target) for edge in edges]
            front, after = self.around(target)
            joined = (
                ["not", *pieces[0]] if view.is_not(target) else self.join(word, pieces, [True] * len(pieces))
            )
            return [*front, *joined, *after, *self.described(target)]
        if view.name(target) or word in words.PRONOUNS:
            return self.nominal(target)
        if self.is_clause(target):
            return self.anything(target)
        if "noun" in self.parts(word) and not self.parts(word) & {"adj", "adv"}:
            return self.nominal(target)
        return self.described_word(target, self.spelt(word))

    def _head(self, node: int, name: str, many: bool) -> Words:
        view = self.view
        word = view.word(node)
        if name and word == "entity":
            return name.split()
        lower = word.lower()
        if lower in words.WEEKDAYS or word.capitalize() in words.MONTHS:
            head = word.capitalize()
        elif view.is_quoted(node) or (word.isupper() and not many):
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
        if quant or (name and (word == "entity" or lower in words.TITLES)):
            return []
        if self.is_headline(node):
            return []
        if degree == "most" or (rest and rest[0] in words.DEFINITE) or self._is_best(node):
            return ["the"]
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
        if parts and "noun" not in parts:
            return []
        if many:
            definite = view.has(node, "of") or (case == "subject" and len(rest) == 1)
            return ["the"] if definite and not indefinite else []
        if lower in words.MASS or (lower.endswith(_ABSTRACT) and not has_after and len(rest) == 1):
            return ["the"] if has_after and not indefinite and view.has(node, "of") else []
        if indefinite and not (view.has(node, "of") and not view.has(node, "mod")):
            return [forms.article(rest[0] if rest else word)]
        return ["the"]

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

    # --- modifiers --------------------------------------------------------------------------------------

    def _modifier(self, edge: Edge, node: int) -> tuple[str, Words]:
        """Return where a link of a noun is said (front, before, after, late), and its words."""
        view = self.view
        role, target = edge.role, edge.target
        word = view.word(target)
        if role in ("mod", "degree", "manner", "time", "place", "measure"):
            if (
                isinstance(target, int)
                and self.is_clause(target)
                and not view.out(target)
                and view.word(target) != "be"
            ):
                return "before", self.described_word(target, self.spelt(word))
            if isinstance(target, int) and (self.is_clause(target) or self.gap(target, node)):
                return "after", self.anything_of(target, node)
            if role == "time" and (isinstance(target, str) or "noun" in self.parts(word) or moment(word)):
                return "after", self.when(target)
            inner = view.word(view.inside(target))
            if (
                role == "place"
                or inner in words.AFTER_NOUNS
                or (role == "time" and "adj" not in self.parts(inner))
            ):
                return "after", self.adverb(target)
            if view.unknown(target):
                return "before", self.adverb(target)
            if view.word(node) in words.BARE_WORDS | words.PRONOUNS.keys() and word not in (
                "other",
                "new",
                "old",
                "only",
            ):
                return "after", self.adverb(target)
            if self.is_heavy(target):
                said = self.modifier_words(target)
                return "after", said
            return "before", self.modifier_words(target)
        if role == "object" and self._is_bare_noun(target) and "adj" not in self.parts(view.word(node)):
            return "before", self.modifier_words(target)
        if role == "remark":
            return "front", self.beside(edge, node)
        if role in ("same", "item", "aside", "topic", "addressee"):
            return "late", self.beside(edge, node)
        return "after", self.beside(edge, node)

    def modifier_words(self, target: Target) -> Words:
        """Say an adjective or a noun that stands before a noun."""
        return self.view.deeper(lambda: self._modifier_words(target))

    def _modifier_words(self, target: Target) -> Words:
        view = self.view
        word = view.word(target)
        if isinstance(target, str) or target in view.named:
            return self.mention(target)
        if view.is_joining(target) or view.is_not(target):
            return self.adverb(target)
        if view.name(target) and word == "entity":
            return self.nominal(target)
        if self.parts(word) & {"adj", "adv"} or not self.parts(word):
            return self.described_word(target, self.value(self.spelt(word)))
        view.named.add(target)
        degree = view.mark(target, "degree")
        view.mark(target, "number")
        before: Words = []
        after: Words = []
        for edge in view.take(target):
            if edge.role in ("mod", "degree") or (
                edge.role in ("object", "of") and self._is_bare_noun(edge.target)
            ):
                before += self.modifier_words(edge.target)
            elif edge.role == "quant":
                before += self.amount(edge.target)
            else:
                after += self.beside(edge, target)
        return [
            *([degree] if degree else []),
            *before,
            *self._head(target, view.name(target), False),
            *after,
            *self.described(target),
        ]

    def _is_bare_noun(self, target: Target) -> bool:
        """Whether *target* is a common noun alone, which may stand before another: «piano music»."""
        view = self.view
        if isinstance(target, str) or target in view.named or view.out(target) or len(view.into(target)) > 1:
            return False
        word = view.word(target)
        return "noun" in self.parts(word) and word not in words.BARE_WORDS and not view.is_quoted(target)

    def anything_of(self, target: Target, node: int) -> Words:
        """Say a clause that a noun links to: a relative clause if the noun is a part of it."""
        role = self.gap(target, node)
        if role and not (isinstance(target, int) and target in self.view.named):
            return self.relative(target, node, role)
        return self.anything(target)

    def described(self, node: int) -> Words:
        """Say the clauses that describe a node, all of them after it."""
        before, after = self._described(node, may_stand_before=False)
        return [*before, *after]

    def _described(self, node: int, *, may_stand_before: bool = True) -> tuple[Words, Words]:
        """Say the clauses that describe a noun: before it («broken»), and after it."""
        before: Words = []
        after: Words = []
        for edge in self.view.take_back(node):
            if not isinstance(edge.target, int):
                continue
            source = self.climb(edge.target)
            if isinstance(source, int) and source in self.view.named:
                continue
            if may_stand_before and source == edge.target and self._is_bare_participle(edge):
                self.view.named.add(edge.target)
                tag = "VBN" if edge.role == "object" else "VBG"
                said: Words = []
                for other in self.view.take(edge.target):
                    said += self.adverb(other.target)
                before += [*said, *forms.verb(self.view.word(edge.target), tag).split()]
                before += self.described(edge.target)
                continue
            if after and self.is_finite(source):
                after += ["and"] if after[-1] != "," else []
            after += self.relative(source, node, edge.role)
        return before, after

    def _is_bare_participle(self, edge: Edge) -> bool:
        """Whether a verb describes a noun alone, or with an adverb: «broken», «well known»."""
        view = self.view
        if edge.role not in ("object", "agent") or "verb" not in self.parts(view.word(edge.target)):
            return False
        if self.is_finite(edge.target) or forms.split(view.word(edge.target))[1]:
            return False
        others = [other for other in view.out(edge.target) if other.place != edge.place]
        return (
            all(
                other.role in ("degree", "manner", "mod")
                and "adv" in self.parts(view.word(other.target))
                and not view.out(other.target)
                for other in others
            )
            and len(view.into(edge.target)) == 0
        )

    def relative(self, source: Target, node: int, role: str) -> Words:
        """Say a clause that describes the noun *node*, which is its *role*."""
        raise NotImplementedError

    def when(self, target: Target, role: str = "time") -> Words:
        """Say when: «in 1828», «on Monday», «last week»."""
        view = self.view
        word = view.word(target)
        if asked := self.unknown(target):
            return ["when"] if asked in (["what"], ["which"]) else asked
        if isinstance(target, str):
            at = moment(word)
            if at:
                preposition = "at" if at.clock else "on" if at.day is not None else "in"
                return [preposition, *self.date(at).split()]
            if year(word):
                return ["in", word]
            return (
                [word]
                if self.parts(word) & {"adv"}
                else ["at", word]
                if is_number(word)
                else [self.spelt(word)]
            )
        if target in view.named:
            return self.mention(target)
        inside = view.inside(target)
        word = view.word(inside)
        lower = word.lower()
        at = moment(word)
        parts = self.parts(word)
        if at or year(word):
            preposition = "in" if not at else "at" if at.clock else "on" if at.day is not None else "in"
            return [preposition, *self.nominal(target)]
        if lower in words.BARE_WORDS or (
            "noun" not in parts and lower not in words.WEEKDAYS and word.capitalize() not in words.MONTHS
        ):
            return self.adverb(target)
        mods = {view.word(edge.target) for edge in view.out(inside, "mod", "quant")}
        if mods & (_NEXT | {"all", "one", "any", "same"}) or (
            lower in ("ago", "time") and mods & {"first", "many"}
        ):
            return self.nominal(target)
        if lower in words.WEEKDAYS:
            return ["on", *self.nominal(target)]
        if word.capitalize() in words.MONTHS or lower in words.PERIODS:
            return ["in", *self.nominal(target)]
        if lower in ("day", "date", "weekend", "anniversary"):
            return ["on", *self.nominal(target)]
        return ["at", *self.nominal(target)]

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


def ordinal_ending(number: int) -> str:
    """Return what makes an ordinal of a number: 23 → `rd`."""
    if 10 < number % 100 < 14:
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
