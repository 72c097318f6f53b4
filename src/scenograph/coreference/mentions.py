"""
Mentions: what a scene names that a pronoun may mean later, and its pronouns.

    >>> scene = Scene.parse('(d / destroy :agent (f / fire) :object (c / cinema :mod (o / old)) :tense past)')
    >>> [(it.concept, it.role) for it in mentions(scene)]
    [('fire', ':agent'), ('cinema', ':object')]
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, final

from scenograph.core.links import unquote
from scenograph.core.scene import Scene
from scenograph.coreference.kinds import Kind, kind_of
from scenograph.morphology import english_forms
from scenograph.morphology.russian_forms import is_russian
from scenograph.morphology.word_lists import word_lists
from scenograph.readers.roles import TIME_ADVERBS, TIME_NOUNS
from scenograph.readers.values import WEEKDAYS, month

REFERENT: Final = ":referent"
"""The role from a pronoun to what it means."""

CANDIDATE: Final = ":candidate"
"""The role from a pronoun to what else it may mean; it is never sure."""

PRONOUNS: Final = {
    "he": Kind("m", True), "she": Kind("f", True), "it": Kind("n", False), "they": Kind("", None),
    "он": Kind("m", None), "она": Kind("f", None), "оно": Kind("n", None), "они": Kind("", None),
}  # fmt: skip
THERE: Final = frozenset({"there", "там", "туда"})
MANY: Final = frozenset({"they", "они"})
_WORDS: Final = word_lists(__file__)
_OTHERS: Final = _WORDS("others")
_NAMING: Final = _WORDS("naming")
KIN: Final = _WORDS("kin")
_SEVERAL: Final = _WORDS("several")
_WEATHER: Final = _WORDS("weather")
_NONE: Final = frozenset({"no", "никакой"})
_CLAUSAL: Final = frozenset({":tense", ":modal", ":mode", ":aspect", ":subject"})
_DESCRIBING: Final = frozenset({
    ":mod", ":manner", ":degree", ":time", ":quant", ":content", ":measure", ":name", ":same", ":number",
    ":definite", ":remark", ":aside", ":topic", ":addressee",
})  # fmt: skip
"""Roles of what is no thing of its own."""
_PLACES: Final = frozenset({":in", ":into", ":near", ":around", ":place"})


@final
@dataclass(frozen=True, slots=True)
class Mention:
    """
    A noun, a name or a pronoun of a scene.

    Attributes:
        node: its node
        concept: its concept, without quotes
        name: its name; empty if it has none
        kind: whether it is a person, and of which gender
        is_many: whether it is several
        role: the role in which it stands; of several, of the first link
        is_definite: whether it is known: a name, «the», an owner
        is_pronoun: whether it is one of `PRONOUNS`
        called: the name that the scene gives it: «They called it Biscuit»
    """

    node: int
    concept: str
    name: str
    kind: Kind
    is_many: bool
    role: str
    is_definite: bool
    is_pronoun: bool
    called: str = ""


def mentions(scene: Scene) -> list[Mention]:
    """Return what *scene* mentions, in the order of its nodes, which is nearly that of its words."""
    roles: dict[int, list[str]] = {}
    described: dict[int, list[str]] = {}  # «the guided tour started»: it is the tour that started
    for source, role, target in scene.triples:
        if isinstance(target, int):
            into = roles if scene.out(source) else described
            into.setdefault(target, []).append(role)
    for node, more in described.items():
        roles.setdefault(node, []).extend(more)
    called, names = _called(scene)
    found = [
        _mention(scene, node, roles.get(node, [])) for node in range(len(scene.concepts)) if node not in names
    ]
    found = [it if it is None else replace(it, kind=_kind_of_owner(scene, it)) for it in found]
    return [
        replace(it, called=name, kind=_kind_called(it.kind, name))
        if (name := called.get(it.node, ""))
        else it
        for it in found
        if it is not None
    ]


def is_empty(scene: Scene, it: Mention) -> bool:
    """Whether *it* is that of the weather or of a time, and means nothing: «It rained», «It was Monday»."""
    above = [(role, scene.concepts[source]) for source, role, end in scene.triples if end == it.node]
    return it.concept == "it" and any(
        (role == ":agent" and verb in _WEATHER) or (role == ":subject" and _is_time(verb))
        for role, verb in above
    )


def _kind_of_owner(scene: Scene, it: Mention) -> Kind:
    """Return the kind of *it*; who has a mother or a daughter is a person: «Мать её не умела читать»."""
    if not it.is_pronoun or it.kind.is_person is not None or it.is_many:
        return it.kind
    owned = {
        scene.concepts[source] for source, role, end in scene.triples if end == it.node and role == ":poss"
    }
    return it.kind if owned.isdisjoint(KIN) else it.kind._replace(is_person=True)


def _kind_called(kind: Kind, name: str) -> Kind:
    """Return the kind of a thing with a name: «директора зовут Марина», and it is «она» from then on."""
    named = kind_of("entity", name)
    return named if named.gender and named.is_person and kind.is_person is not False else kind


def _called(scene: Scene) -> tuple[dict[int, str], set[int]]:
    """Return the name that is given to each node, and the nodes of these names: «Кошку зовут Муся»."""
    called: dict[int, str] = {}
    names: set[int] = set()
    for node, concept in enumerate(scene.concepts):
        if concept not in _NAMING:
            continue
        given = [
            it for it in scene.targets(":as", node) if isinstance(it, int) and scene.targets(":name", it)
        ]
        for thing in scene.targets(":object", node):
            if isinstance(thing, int) and len(given) == 1:
                called[thing] = unquote(str(scene.targets(":name", given[0])[0]))
                names.add(given[0])
    return called, names


def _mention(scene: Scene, node: int, roles: list[str], above: tuple[int, ...] = ()) -> Mention | None:
    """Return what *node* names; *above* are the lists in which it stands: a list that holds itself ends."""
    concept = unquote(scene.concepts[node])
    own = {link.role for link in scene.out(node)}
    if concept in _OTHERS or not _CLAUSAL.isdisjoint(own) or concept[:1] == "?":
        return None
    role = next((it for it in roles if it not in _DESCRIBING), "")
    if concept in PRONOUNS:
        return Mention(node, concept, "", PRONOUNS[concept], concept in MANY, role, True, True)
    names = [unquote(it) for it in scene.targets(":name", node) if isinstance(it, str)]
    if concept == "and":
        members = _members(scene, (*above, node))
        if not role or len(members) < 2:
            return None
        kinds = [it.kind.is_person for it in members]
        person = True if all(kinds) else False if not any(kinds) else None
        return Mention(node, "and", "", Kind("", person), True, role, True, False)
    if not role and not names and (node or not _is_only_named(scene)):
        return None
    if not names and (not _is_noun(concept) or _is_time(concept)):
        return None
    if not _NONE.isdisjoint(scene.targets(":quant", node)):  # «no message is shown»: there is none
        return None
    kind = kind_of(scene.concepts[node], names[0] if names else "")
    if names and kind.is_person is None and role in _PLACES:
        kind = Kind(kind.gender, False)
    is_plural = "plural" in scene.targets(":number", node) or concept in _SEVERAL
    is_many = is_plural or any(
        isinstance(it, str) and it.isdigit() and it != "1" for it in scene.targets(":quant", node)
    )
    is_definite = bool(names) or ":poss" in own or "no" not in scene.targets(":definite", node)
    return Mention(node, concept, names[0] if names else "", kind, is_many, role, is_definite, False)


def _is_only_named(scene: Scene) -> bool:
    """Whether a scene says no more than which thing it is about: «The lift.»"""
    return "yes" in scene.targets(":definite") and all(link.role not in _CLAUSAL for link in scene.links)


def _members(scene: Scene, lists: tuple[int, ...]) -> list[Mention]:
    found = [
        _mention(scene, link.target, [link.role], lists)
        for link in scene.out(lists[-1])
        if link.role[:3] == ":op" and isinstance(link.target, int) and link.target not in lists
    ]
    return [it for it in found if it is not None]


def _is_time(concept: str) -> bool:
    lower = concept.lower()
    return lower in TIME_NOUNS or lower in WEEKDAYS or lower in TIME_ADVERBS or month(lower) is not None


def _is_noun(concept: str) -> bool:
    if not any(letter.isalpha() for letter in concept):
        return False
    if is_russian(concept):
        from scenograph.morphology.russian import analyzer

        return any(p.tag.POS == "NOUN" for p in analyzer().parse(concept)[:2])
    parts = english_forms.parts(concept.split("-")[-1])
    return not parts or "noun" in parts
