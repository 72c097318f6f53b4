"""
A wording: which of several right ways to say a scene is taken.

Each field is one choice that a language leaves open; `plain` is the way of the language itself. A field that
a language does not know changes nothing in it.

    >>> from scenograph.core import Scene
    >>> from scenograph.realiser import say
    >>> scene = Scene.parse('(l / let-down :agent (f / food) :object (p / place) :tense present)')
    >>> say(scene, "en"), say(scene, "en", Wording(particles="last"))
    ('Food lets down the place.', 'Food lets the place down.')
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Final, Literal, cast, final, get_args, get_type_hints

from scenograph.errors import SurfaceError

_PLAIN: Final = "plain"


@final
@dataclass(frozen=True, slots=True)
class Wording:
    """
    How a scene is said where a language leaves a choice.

    The fields stand in the order in which they are tried: what helps a reader most often comes first.

    Attributes:
        articles: `names` «the Urban Decay», `none` «Talk with boss» (only without a verb)
        stop: `none` «Tired person» (only without a verb), `exclaimed` «Come here!»
        clauses: `first` «If it rains, we stay»
        places: `first` «In Berlin, he met us», `early` «Он нашел в лесу гриб», `last` «Дом стоит в селе»,
            `split` «В городе он жил с ней»
        times: `first` «On Monday, he came to us», `last` «He said that she sleeps on Monday»,
            `early` «He came on Monday to us»
        subjects: `again` «He came and he left»
        numbers: `digits` «2 cars»
        adverbs: `middle` «He quickly left us», `last` «He left us on Monday quickly»,
            `first` «Quickly, he left»
        voice: `passive` «The bridge was built by Oleg», `active` «Открыли станцию»
        actions: `verbs` «To stay is right», `nouns` «The stay is right», where a word may be either
        lists: `comma` «a cat, a dog, and a bird», `close` «He came and she left»,
            `semicolon` «He came; she left»
        same: `commas` «Oleg, the builder, came», `dash` «Oleg – the builder»
        relatives: `that` «the man that came», `which` «the book which he read», `none` «the book he read»,
            `before` «читающий книгу студент»
        that: `none` «I think he sleeps»
        order: `subject` «Язык есть», `verb` «Пришла зима», `object` «Книгу написал Олег»
        late: `short` «He spoke today with the new boss», `turned` the last of such parts first
        dates: `month_first` «on March 14, 2001», «at 6 pm»
        addressees: `first` «Anna, come», `last` «Come, Anna»
        particles: `last` «lets the place down»
        contractions: `short` «I don't know»
        recipients: `first` «gave Anna the book», `last` «gave the book to her»
        asides: `commas` «He came, at last, to us», `dash` «He came – at last», `colon` «Олег: он пришел»
        copula: `this` «Москва — это столица», `dash` «Он — врач», `none` «Москва столица»
        there: `none` «В Мали два языка», `dash` «В Мали — два языка»
        predicates: `full` «Гора высокая», `short` «Дом был стар»
        quotes: `names` «He read “War and Peace”», «партия «Яблоко»», `none` «группа Чайф»
        persons: `plural` «стоят», `singular` «стоит»: if nothing says who
        contrasts: `a` «он не спит, а читает»
        questions: `spoken` «He came?», «asked if he came»
        purposes: `in_order` «He came in order to help»
        participles: `after` «the people watching», «the vase broken»
        adjectives: `comma` «a big, old house»
        signs: `used` «$5», «21 %»
        kinds: `nominative` «в городе Казань», `declined` «в городе Казани»
        synonyms: `other` «про него», «так как»
    """

    articles: Literal["plain", "names", "none"] = "plain"
    stop: Literal["plain", "none", "exclaimed"] = "plain"
    clauses: Literal["plain", "first"] = "plain"
    places: Literal["plain", "first", "early", "last", "split"] = "plain"
    times: Literal["plain", "first", "last", "early"] = "plain"
    subjects: Literal["plain", "again"] = "plain"
    numbers: Literal["plain", "digits"] = "plain"
    adverbs: Literal["plain", "middle", "last", "first"] = "plain"
    voice: Literal["plain", "passive", "active"] = "plain"
    actions: Literal["plain", "verbs", "nouns"] = "plain"
    lists: Literal["plain", "comma", "close", "semicolon"] = "plain"
    same: Literal["plain", "commas", "dash"] = "plain"
    relatives: Literal["plain", "that", "which", "none", "before"] = "plain"
    that: Literal["plain", "none"] = "plain"
    order: Literal["plain", "subject", "verb", "object"] = "plain"
    late: Literal["plain", "short", "turned"] = "plain"
    dates: Literal["plain", "month_first"] = "plain"
    addressees: Literal["plain", "first", "last"] = "plain"
    particles: Literal["plain", "last"] = "plain"
    contractions: Literal["plain", "short"] = "plain"
    recipients: Literal["plain", "first", "last"] = "plain"
    asides: Literal["plain", "dash", "colon", "commas"] = "plain"
    copula: Literal["plain", "this", "dash", "none"] = "plain"
    there: Literal["plain", "none", "dash"] = "plain"
    predicates: Literal["plain", "full", "short"] = "plain"
    quotes: Literal["plain", "names", "none"] = "plain"
    persons: Literal["plain", "plural", "singular"] = "plain"
    contrasts: Literal["plain", "a"] = "plain"
    questions: Literal["plain", "spoken"] = "plain"
    purposes: Literal["plain", "in_order"] = "plain"
    participles: Literal["plain", "after"] = "plain"
    adjectives: Literal["plain", "comma"] = "plain"
    signs: Literal["plain", "used"] = "plain"
    kinds: Literal["plain", "nominative", "declined"] = "plain"
    synonyms: Literal["plain", "other"] = "plain"

    def __post_init__(self) -> None:
        for name, values in choices().items():
            if getattr(self, name) not in values:
                raise SurfaceError(
                    f"{name}={getattr(self, name)!r} is no wording; choose from {', '.join(values)}"
                )

    @property
    def changes(self) -> int:
        """How many choices are not the plain ones."""
        return sum(getattr(self, name) != _PLAIN for name in choices())

    def since(self, other: Wording) -> Wording:
        """Return the choices of this wording that *other* has not, and the plain ones else."""
        own = {name: value for name in choices() if (value := getattr(self, name)) != getattr(other, name)}
        return Wording(**own)

    def others(self, names: Collection[str] | None = None) -> Iterator[Wording]:
        """
        Yield the wordings with one more choice that is not plain, in the order of the fields.

        Args:
            names: the fields that may be changed; None: all
        """
        for name, values in choices().items():
            if names is not None and name not in names:
                continue
            if getattr(self, name) == _PLAIN:
                for value in values:
                    if value != _PLAIN:
                        yield replace(self, **{name: value})


@final
class Watched:
    """
    A wording that notes which of its choices are looked at: another one cannot change what is said.

    Attributes:
        seen: the names of the fields that were looked at
    """

    def __init__(self, wording: Wording) -> None:
        self.seen: set[str] = set()
        self._wording = wording

    def __getattr__(self, name: str) -> str:
        self.seen.add(name)
        return getattr(self._wording, name)


@lru_cache(maxsize=1)
def choices() -> Mapping[str, tuple[str, ...]]:
    """Return the values that each field of a wording may have."""
    hints = get_type_hints(Wording)
    return {field.name: cast("tuple[str, ...]", get_args(hints[field.name])) for field in fields(Wording)}


PLAIN: Final = Wording()
"""The plainest wording: what `say` takes if nothing else is asked for."""
