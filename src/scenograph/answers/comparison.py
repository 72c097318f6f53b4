"""
Comparison: how well parts of a scene stand for parts of a pattern, and how both are named in explanations.

All grades are from 0, something else, to 1, the same.
"""

from __future__ import annotations

from typing import Final, final

from scenograph.answers.classes import CURRENCY, HERE, LAPSES, MEASURES, MONEY, POINTING, THIRD, UNITS
from scenograph.answers.families import AMOUNT, CLAUSE, FINITE, LAPSE, MARKS, SUM
from scenograph.answers.fitting import fits, is_filled, is_half, is_moment, is_span, is_time
from scenograph.answers.ground import Ground
from scenograph.answers.limits import CONDITIONS
from scenograph.answers.pattern import ENTITY, Pattern
from scenograph.answers.similarity import like_misspelt, like_name, like_value, like_word
from scenograph.core.links import is_unknown, unquote
from scenograph.coreference.kinds import kind_of
from scenograph.coreference.mentions import PRONOUNS
from scenograph.readers.roles import DATES, TIME_NOUNS
from scenograph.readers.values import month

_WORD_AS_NAME: Final = 0.85
_OTHER_KIND: Final = 0.85  # the same name of another kind of thing
_UNKNOWN_KIND: Final = 0.9  # «which city» answered by a name of which nothing else is said
_SAME: Final = 0.8  # words as similar as this say the same: «price», «cost»
_UNLIKE_KIND: Final = 0.55
_PRONOUN: Final = 0.6
_ASKER: Final = frozenset({"I", "we"})
_MEASURED_IN: Final = {
    **dict.fromkeys(("temperature", "температура"), frozenset({"degree", "градус"})),
    **dict.fromkeys(("price", "цена"), CURRENCY),
}
"""The units of what a noun asks for."""
_OF_ANYBODY: Final = frozenset({"need"})  # «you need two eggs»
_ANYBODY: Final = 0.85  # what «you can» do, I can
_PEOPLE: Final = frozenset({"I", "we", "you", "he", "she", "я", "мы", "ты", "вы"})
_KIND_OF: Final = 0.9  # «money» of a question, where somebody has roubles
_CANDIDATE: Final = 0.85  # what a pronoun may mean, where the question takes the rest for granted
_WHOEVER: Final = 0.9  # «her» of a question, where somebody has a name
_SOMEBODY: Final = 0.8  # «her» of a question, where a woman is spoken of without one
_AROUND: Final = 0.9  # «here», where a question names the place


@final
class Comparison:
    """
    Compares the nodes and constants of one pattern with those of one scene.

    Args:
        pattern: what is asked
        ground: where it is looked for
        misspelt: whether a name may differ by a slip of spelling; a word that no dictionary knows always may
    """

    def __init__(self, pattern: Pattern, ground: Ground, misspelt: bool) -> None:
        self.pattern = pattern
        self.ground = ground
        self.scene = ground.scene
        self.misspelt = misspelt

    def may_fill(self, unknown: str, role: str, target: int | str) -> bool:
        concept = target if isinstance(target, str) else self.scene.concepts[target]
        if is_unknown(concept) or concept == "_" or (unknown == "?what" and concept in _PEOPLE):
            return False
        return fits(self.scene, unknown, role, target)

    def tells(self, kind: str, target: int | str) -> bool:
        """Return whether *target* says more than the *kind* that was asked for: not «weather» alone."""
        if not kind or isinstance(target, str) or self.scene.concepts[target] != kind:
            return True
        said = [link for link in self.scene.out(target) if link.role not in MARKS]
        return bool(said) or len(self.ground.alike(target)) > 1

    def kind(self, kind: str, target: int | str) -> float:
        """Return how well *target* is of the *kind* that was asked for."""
        if not kind:
            return 1.0
        if kind in DATES | LAPSES and is_time(self.scene, target):  # «До какого числа?» «До десятого мая»
            return 1.0
        if units := _MEASURED_IN.get(kind):
            concept = "" if isinstance(target, str) else self.scene.concepts[target]
            if concept in units:
                return 1.0
        if kind in (CLAUSE, FINITE):
            return float(self._is_clause(target, kind == FINITE))
        if kind in (LAPSE, SUM, AMOUNT):
            return float(any(self._is_amount(kind, it) for it, _ in self.ground.alike(target)))
        if isinstance(target, str):  # no station is 18:40
            return 0.0 if is_moment(target) and kind not in DATES | TIME_NOUNS else _UNKNOWN_KIND
        if kind in MEASURES and self._is_no_measure(kind, target):
            return 0.0
        grades = [_UNLIKE_KIND]
        for node, alike in self.ground.alike(target):
            if isinstance(node, int):
                concept = self.scene.concepts[node]
                if self._is_somebody(node) and kind_of(kind, "").is_person is False:
                    return 0.0  # no «education» is called Ivan Petrov
                grades.append(alike * (_UNKNOWN_KIND if concept == ENTITY else like_word(kind, concept)))
        return max(grades)

    def _is_no_measure(self, kind: str, target: int) -> bool:
        """Whether *target* has a name, or is another measure: no depth is called «Tver», or a height."""
        concept = self.scene.concepts[target]
        return bool(self.ground.names[target]) or (concept in MEASURES and like_word(kind, concept) < _SAME)

    def _is_somebody(self, node: int) -> bool:
        """Whether *node* has the full name of a person; «Лена» alone may be a river."""
        return any(" " in it and kind_of(ENTITY, it).is_person is True for it in self.ground.names[node])

    def _is_clause(self, target: int | str, is_finite: bool) -> bool:
        """Whether *target* is what somebody says, or, unless it has to be *finite*, is to do."""
        if isinstance(target, str) or not any(role == ":content" for role, _ in self.ground.sources[target]):
            return False
        inner = [target, *(it for it in self.scene.targets(":op1", target) if isinstance(it, int))]
        return not is_finite or any(self.scene.targets(":tense", it) for it in inner)

    def _is_amount(self, kind: str, target: int | str) -> bool:
        """Whether *target* is an amount of time, of money, or of anything that has a unit."""
        if isinstance(target, str):
            return kind == AMOUNT and unquote(target)[:1].isdigit()
        concept = self.scene.concepts[target]
        if kind == AMOUNT:
            is_unit = concept in UNITS or concept[:1].isdigit() or is_half(concept)
            return is_unit or is_filled(self.scene, target)
        return is_span(self.scene, target) if kind == LAPSE else concept in CURRENCY

    def worth(self, target: int | str) -> float:
        """Return how much *target* tells: «he» is hardly an answer."""
        concept = target if isinstance(target, str) else self.scene.concepts[target]
        return _PRONOUN if concept in POINTING else 1.0

    def like(self, asked: int | str, said: int | str) -> float:
        """
        Return how well *said*, a node of the scene or a constant, stands for *asked* in the pattern.

        «When was the bridge built?» takes it for granted that it was. So «It was built in 1900» is said of
        the bridge, if it may be.
        """
        likeness = self._like(asked, said)
        if likeness or not isinstance(said, int) or not self._is_granted or asked in self.pattern.holes:
            return likeness
        meant = [Comparison(self.pattern, it, self.misspelt) for it in self.ground.candidates.get(said, ())]
        return _CANDIDATE * max((it._like(asked, 0) for it in meant), default=0.0)

    @property
    def _is_granted(self) -> bool:
        """Whether the question takes it for granted that what it names happens, or is."""
        return bool(self.pattern.holes) and self.pattern.concepts[0] is not None

    def _like(self, asked: int | str, said: int | str) -> float:
        if isinstance(asked, str):
            return like_value(asked, said if isinstance(said, str) else self.scene.concepts[said])
        concept, names = self.pattern.concepts[asked], self.pattern.names[asked]
        if asked in self.pattern.holes:
            return self.kind(self.pattern.holes[asked].kind, said)
        if concept is None and not names:
            return 1.0
        if isinstance(said, str):
            if names:
                return max(self._like_name(name, unquote(said)) for name in names)
            number = month(concept or "")
            return like_value(concept or "" if number is None else f"XXXX-{number:02}", said)
        its, its_names = self.scene.concepts[said], self.ground.names[said]
        if names:
            its_names = its_names or self.ground.called.get(said, ())
            if its_names:
                named = max(self._like_name(one, other) for one in names for other in its_names)
            else:
                named = _WORD_AS_NAME * max(self._like_word(one, unquote(its)) for one in names)
            kind = (
                1.0
                if ENTITY in (concept, its) or not its_names
                else (like_word(concept or "", its) or _OTHER_KIND)
            )
            return named * kind
        if concept in _ASKER and its == "you" and self._is_general(said):
            return _ANYBODY
        if concept in MONEY and its in CURRENCY and not self._is_counted(asked):
            return _KIND_OF
        if concept in THIRD and self._may_be(concept, said):
            return _WHOEVER if its_names else _SOMEBODY
        if its in HERE:
            return _AROUND
        likeness = like_word(concept or "", its)
        if not likeness and its != ENTITY:
            likeness = like_misspelt(concept or "", its)
        if not likeness and its == ENTITY and its_names:
            likeness = _WORD_AS_NAME * max(
                self._like_name(unquote(concept or ""), other) for other in its_names
            )
        return likeness

    def _may_be(self, pronoun: str, node: int) -> bool:
        """Whether *pronoun*, which the question does not explain, may mean who or what is at *node*."""
        concept, names = self.scene.concepts[node], self.ground.names[node]
        said, meant = kind_of(concept, names[0] if names else ""), PRONOUNS[pronoun]
        if concept in PRONOUNS or (said.gender and meant.gender and said.gender != meant.gender):
            return False
        return said.is_person is True or (bool(names) and concept == ENTITY)

    def _is_counted(self, asked: int) -> bool:
        """Whether the question asks how much of *asked* there is; dollars answer that, not their number."""
        return any(ask.source == asked and ask.target in self.pattern.holes for ask in self.pattern.asks)

    def _is_general(self, node: int) -> bool:
        """Whether a «you» is whoever it may be: «you can park here», «if you press the button»."""
        return any(
            self.scene.targets(":modal", clause)
            or self.scene.concepts[clause] in _OF_ANYBODY
            or any(role in CONDITIONS for role, _ in self.ground.sources[clause])
            for _, clause in self.ground.sources[node]
        )

    def _like_name(self, asked: str, said: str) -> float:
        return like_name(asked, said, misspelt=self.misspelt)

    def _like_word(self, asked: str, said: str) -> float:
        """The same where *said* is a word, not a name: a part of a name will not do."""
        return self._like_name(asked, said) if len(asked.split()) == len(said.split()) else 0.0

    def asked(self, node: int | str) -> str:
        if isinstance(node, str):
            return node
        if node in self.pattern.holes:
            hole = self.pattern.holes[node]
            return f"{hole.unknown} {hole.kind}".strip()
        names = self.pattern.names[node]
        return f'"{names[0]}"' if names else self.pattern.concepts[node] or "…"

    def said(self, node: int | str) -> str:
        if isinstance(node, str):
            return node
        names = self.ground.names[node]
        return f'"{names[0]}"' if names else self.scene.concepts[node]
