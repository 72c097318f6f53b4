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

from collections.abc import Iterator, Mapping
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
        times: `first` «On Monday, he came to us», `last` «He said that she sleeps on Monday»,
            `early` «He came on Monday to us»
        stop: `none` «Tired person» (only without a verb), `exclaimed` «Come here!»
        articles: `indefinite` «A dog saw a cat», `definite` «The dog saw the cats», also in headlines
        adverbs: `middle` «He quickly left us», `last` «He left us on Monday quickly»
        particles: `last` «lets the place down»
        that: `none` «I think he sleeps»
        relatives: `that` «the man that came», `which` «the book which he read», `none` «the book he read»
        addressees: `first` «Anna, come», `last` «Come, Anna»
        clauses: `first` «If it rains, we stay»
        lists: `comma` «a cat, a dog, and a bird», `close` «He came and she left»
        numbers: `digits` «2 cars»
        same: `commas` «Oleg, the builder, came», `dash` «Oleg – the builder»
        places: `first` «В городе он жил долго», `early` «Он нашел в лесу гриб», `last` «Дом стоит в селе»
        order: `subject` «Язык есть», `verb` «Пришла зима», `object` «Книгу написал Олег»
        voice: `active` «Открыли станцию», `passive` «Книга была написана Олегом»
        asides: `dash` «Олег — так его звали — пришел», `colon` «Олег: он пришел», `commas`
        copula: `this` «Москва — это столица», `dash` «Он — врач», `none` «Москва столица»
        there: `none` «В Мали два языка», `dash` «В Мали — два языка»
        predicates: `full` «Гора высокая», `short` «Дом был стар»
        quotes: `names` «партия «Яблоко»», `none` «группа Чайф»
        persons: `plural` «стоят», `singular` «стоит»: if nothing says who
        contrasts: `a` «он не спит, а читает»
    """

    times: Literal["plain", "first", "last", "early"] = "plain"
    stop: Literal["plain", "none", "exclaimed"] = "plain"
    articles: Literal["plain", "indefinite", "definite"] = "plain"
    adverbs: Literal["plain", "middle", "last", "first"] = "plain"
    particles: Literal["plain", "last"] = "plain"
    that: Literal["plain", "none"] = "plain"
    relatives: Literal["plain", "that", "which", "none", "before"] = "plain"
    addressees: Literal["plain", "first", "last"] = "plain"
    clauses: Literal["plain", "first"] = "plain"
    lists: Literal["plain", "comma", "close"] = "plain"
    numbers: Literal["plain", "digits"] = "plain"
    same: Literal["plain", "commas", "dash"] = "plain"
    places: Literal["plain", "first", "early", "last"] = "plain"
    order: Literal["plain", "subject", "verb", "object"] = "plain"
    voice: Literal["plain", "active", "passive"] = "plain"
    asides: Literal["plain", "dash", "colon", "commas"] = "plain"
    copula: Literal["plain", "this", "dash", "none"] = "plain"
    there: Literal["plain", "none", "dash"] = "plain"
    predicates: Literal["plain", "full", "short"] = "plain"
    quotes: Literal["plain", "names", "none"] = "plain"
    persons: Literal["plain", "plural", "singular"] = "plain"
    contrasts: Literal["plain", "a"] = "plain"

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

    def others(self) -> Iterator[Wording]:
        """Yield the wordings with one more choice that is not plain, in the order of the fields."""
        for name, values in choices().items():
            if getattr(self, name) == _PLAIN:
                for value in values:
                    if value != _PLAIN:
                        yield replace(self, **{name: value})


@lru_cache(maxsize=1)
def choices() -> Mapping[str, tuple[str, ...]]:
    """Return the values that each field of a wording may have."""
    hints = get_type_hints(Wording)
    return {field.name: cast("tuple[str, ...]", get_args(hints[field.name])) for field in fields(Wording)}


PLAIN: Final = Wording()
"""The plainest wording: what `say` takes if nothing else is asked for."""
