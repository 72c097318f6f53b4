"""
Plain text → a tree of Universal Dependencies with PropBank's roles, and how sure each part of it is.

    Anna sleeps.  →  1 Anna, nsubj of 2 | 2 sleep, root | 3 ., punct of 2

The words of the tree are the words of the text: nothing can be added, and each word has one head.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias, final

import numpy as np

from scenograph.errors import BridgeError
from scenograph.readers.agreement import OBJECT, SUBJECT, apart, forbidden
from scenograph.readers.cases import Government, agree
from scenograph.readers.corrections import CERTAIN, correct
from scenograph.readers.dictionary import is_name, is_unknown_name, is_written_as_name, may_be_given
from scenograph.readers.encoder import CarrierEncoder
from scenograph.readers.labels import PREDICATE, SCRIPT, UPOS
from scenograph.readers.lemmas import Lemma, Lemmas, apply, script
from scenograph.readers.network import Network, Scores, log_softmax
from scenograph.readers.predicates import NOMINAL, finite, missing
from scenograph.readers.sentence import Sentence, Word
from scenograph.readers.spanning import arc_probabilities, best_tree
from scenograph.readers.spelling import plain
from scenograph.readers.unique import make_unique
from scenograph.readers.weights import ReaderWeights, load

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from scenograph.readers.encoder import EncodingCarrier
    from scenograph.readers.tokens import Span, Tokenizer

BATCH = 32  # sentences that are read at once
_NEVER = 100.0  # more than any log probability differs from another
_CAPITALS = 0.7  # a larger share of long words with a capital is a headline
_TITLED = {"NOUN", "ADJ", "PROPN"}  # what goes on with a title
LONGEST = 200  # words of a sentence; scores of pairs grow with the square

KnownLinks: TypeAlias = Mapping[int, tuple[int, str]]
"""Links of a sentence that are known before it is read: word's number → number of its head or 0, relation."""


@final
class Parsed(NamedTuple):
    """
    A sentence as the network reads it.

    Attributes:
        sentence: its words with heads, relations, lemmas, features, and roles
        heads: for each word, how probable its head is, 0 to 1
        others: for each word, how probable the likeliest of all other heads is
        relations: for each word, how probable its relation is, if its head is right
        lemmas: for each word, how probable its lemma is
        tags: for each word, how probable its part of speech and features are
        roles: how probable each role is, by (argument's number, predicate's number)
    """

    sentence: Sentence
    heads: tuple[float, ...]
    others: tuple[float, ...]
    relations: tuple[float, ...]
    lemmas: tuple[float, ...]
    tags: tuple[float, ...]
    roles: dict[tuple[int, int], float]

    @property
    def arcs(self) -> tuple[float, ...]:
        """For each word, how probable its head and relation are, 0 to 1."""
        return tuple(head * relation for head, relation in zip(self.heads, self.relations, strict=True))


@final
class Parser:
    """Reads sentences of any language that its network was trained on."""

    def __init__(
        self,
        network: Network,
        tokenizer: Tokenizer,
        lemmas: Lemmas,
        role_languages: Collection[str] = ("en",),
        encoder: CarrierEncoder | None = None,
        government: Government | None = None,
    ) -> None:
        """Take the trained parts; `Parser.open` loads them from a file."""
        self._network, self._tokenizer, self._lemmas = network, tokenizer, lemmas
        self._encoder = encoder
        self._government = government or Government({})
        self._role_languages = role_languages
        properties = network.labels.properties
        self._scripts = {name: number for number, name in enumerate(properties[SCRIPT])}
        self._rows = {name: row for row, name in enumerate(properties)}
        self._verb = properties[UPOS].index("VERB") if "VERB" in properties[UPOS] else 0
        self._nominal = [
            number
            for number, name in enumerate(network.labels.relations)
            if name.partition(":")[0] in NOMINAL
        ]
        self._like = {
            name: [
                number for number, it in enumerate(network.labels.relations) if it.partition(":")[0] == name
            ]
            for name in (SUBJECT, OBJECT)
        }
        self._inflected = [name for name in ("Case", "Number", "Gender") if name in properties]
        self._features = [
            name for name in sorted(properties, key=str.lower) if name not in (UPOS, SCRIPT, PREDICATE)
        ]

    @classmethod
    def open(cls, path: Path, carrier: EncodingCarrier | None = None) -> Parser:
        """
        Return the parser that the file *path* holds.

        Args:
            carrier: what it was trained over; None is enough for one with its own encoder only
        Raises:
            CarrierError: if the file is missing or damaged, or needs another carrier
        """
        return cls.of(load(path), carrier)

    @classmethod
    def of(cls, weights: ReaderWeights, carrier: EncodingCarrier | None = None) -> Parser:
        """Return the parser of *weights*; see `open`."""
        encoder = CarrierEncoder.for_need(weights.encoder, carrier) if weights.encoder else None
        network = Network(weights.arrays, weights.labels)
        return cls(
            network, weights.tokenizer, weights.lemmas, weights.role_languages, encoder, weights.government
        )

    def words(self, text: str, language: str) -> list[Span]:
        """Return the start and end of each word of *text*."""
        return self._tokenizer.words(text, language)

    def parse(
        self,
        texts: Sequence[str],
        language: str,
        spans: Sequence[Sequence[Span]] | None = None,
        known: Sequence[KnownLinks] | None = None,
    ) -> list[Parsed]:
        """
        Return the tree of each sentence of *texts*, in their order.

        Args:
            texts: one sentence each, of 1 to LONGEST words
            language: `en` or `ru`; it decides how words are cut
            spans: the `words` of each text, if the caller has them already
            known: the links of each text that are known already. The tree has them, unless they make a circle
        Raises:
            BridgeError: if a text has no words, or more than LONGEST
        """
        if spans is None:
            spans = [self.words(text, language) for text in texts]
        for number, words in enumerate(spans, start=1):
            if not 0 < len(words) <= LONGEST:
                raise BridgeError(
                    f"sentence {number} has {len(words)} words; give sentences of 1 to {LONGEST} words"
                )
        order = sorted(range(len(texts)), key=lambda number: len(spans[number]))
        found: list[Parsed | None] = [None] * len(texts)
        for start in range(0, len(order), BATCH):
            batch = order[start : start + BATCH]
            forms = [[texts[number][begin:end] for begin, end in spans[number]] for number in batch]
            vectors = None
            if self._encoder:
                vectors = self._encoder.vectors([texts[it] for it in batch], [spans[it] for it in batch])
            for number, scores in zip(batch, self._network.scores(forms, vectors), strict=True):
                found[number] = self._parsed(
                    texts[number],
                    spans[number],
                    scores,
                    language in self._role_languages,
                    known[number] if known else {},
                )
        return [parsed for parsed in found if parsed is not None]

    def _parsed(
        self, text: str, spans: Sequence[Span], scores: Scores, has_roles: bool, known: KnownLinks
    ) -> Parsed:
        """Return the best tree of one sentence."""
        labels = self._network.labels
        said = scores.properties
        forms = [text[start:end] for start, end in spans]
        parts = [labels.properties[UPOS][part] for part in scores.values[self._rows[UPOS]].tolist()]
        shouts = _is_in_capitals(forms)
        parts = [
            "PROPN"
            if _is_named(plain(form), part, number == 0)
            or (not shouts and part == "NOUN" and _stands_alone(forms, parts, number))
            else part
            for number, (form, part) in enumerate(zip(forms, parts, strict=True))
        ]
        verb = missing(forms, parts, np.exp(said[UPOS][:, self._verb]).tolist(), text)
        arcs_of = _raised(scores.heads, [(name, noun + 1) for name, noun in apart(forms, parts)], -_NEVER)
        arcs_of = _raised(arcs_of, [(word - 1, head) for word, (head, _) in known.items()])
        arcs_of = arcs_of if verb is None else _raised(arcs_of, [(verb, 0)])
        heads = best_tree(arcs_of)

        def relations_of(chosen: NDArray[np.int64]) -> NDArray[np.float32]:
            return self._relations(scores, chosen, known, forms, parts)

        relations = relations_of(heads)
        if verb is not None:
            parts[verb] = "VERB"
            relations[np.ix_(heads == verb + 1, self._nominal)] -= _NEVER
            relations = log_softmax(relations)
        make_unique(labels.relations, heads, arcs_of, relations, relations_of)
        best = relations.argmax(axis=1)
        rows = np.arange(len(spans))
        shares = arc_probabilities(arcs_of)
        own = shares[rows, heads]
        shares[rows, heads] = 0
        predicates = np.nonzero(scores.values[self._rows[PREDICATE]])[0].tolist() if has_roles else []
        roles = self._roles(scores, predicates)
        features, sure = self._features_of(scores)
        if verb is not None:
            features[verb] = dict(finite(forms[verb]))
            sure[verb] = scores.chances[self._rows[UPOS], verb] = 0.0  # by the rule, not by the network
        agree(
            forms,
            parts,
            heads.tolist(),
            [labels.relations[number] for number in best.tolist()],
            features,
            {name: (labels.properties[name], said[name]) for name in self._inflected},
            self._government,
        )
        arguments: dict[int, list[str]] = {}
        for (argument, predicate), (role, _) in roles.items():
            arguments.setdefault(argument, []).append(f"{predicate + 1}:{role}")
        scripts = scores.values[self._rows[SCRIPT]].tolist()
        words: list[Word] = []
        lemmas: list[float] = []
        for number, (start, end) in enumerate(spans):
            form, part = forms[number], parts[number]
            misc = [] if end < len(text) and text[end : end + 1].isspace() else ["SpaceAfter=No"]
            if number in predicates:
                misc.append("Roleset=_")
            if number in arguments:
                misc.append("Args=" + ",".join(arguments[number]))
            lemma = self._lemma(form, part, scripts[number], said[SCRIPT][number], features[number])
            lemmas.append(lemma.probability)
            if part == "NOUN" and "А" <= lemma.text[:1] <= "Я":
                part = "PROPN"  # in Russian treebanks only the lemmas of proper nouns have a capital
            words.append(
                Word(
                    number + 1,
                    form,
                    lemma.text,
                    part,
                    feats="|".join(f"{name}={value}" for name, value in features[number].items()) or "_",
                    head=int(heads[number]),
                    deprel=labels.relations[int(best[number])],
                    misc="|".join(misc) or "_",
                    start=start,
                    end=end,
                )
            )
        tags = np.exp(sure + scores.chances[self._rows[UPOS]])
        found = list(words)
        for number in correct(words):  # by rule: the network's doubts are of what it had found
            own[number], relations[number, best[number]] = CERTAIN, np.log(CERTAIN)
            shares[number] = 1 - CERTAIN
            if (words[number].upos, words[number].feats) != (found[number].upos, found[number].feats):
                tags[number] = CERTAIN
            if words[number].lemma != found[number].lemma:
                lemmas[number] = CERTAIN
        return Parsed(
            Sentence(tuple(words), text),
            tuple(own.tolist()),
            tuple(shares.max(axis=1).tolist()),
            tuple(np.exp(relations[rows, best]).tolist()),
            tuple(lemmas),
            tuple(tags.tolist()),
            {(argument + 1, predicate + 1): share for (argument, predicate), (_, share) in roles.items()},
        )

    def _relations(
        self,
        scores: Scores,
        heads: NDArray[np.int64],
        known: KnownLinks,
        forms: Sequence[str],
        parts: Sequence[str],
    ) -> NDArray[np.float32]:
        """
        Return log probabilities of relations.

        `root` is for the root's word alone; what a form rules out is not said of it.
        """
        names = self._network.labels.relations
        relations = self._network.relations(scores, heads)
        for word, (head, relation) in known.items():
            if heads[word - 1] == head and relation in names:
                relations[word - 1, names.index(relation)] += _NEVER
        root = names.index("root")
        relations[heads != 0, root] = -np.inf
        others = np.arange(relations.shape[1]) != root
        relations[np.ix_(heads == 0, others)] = -np.inf
        best = [names[number] for number in relations.argmax(axis=1).tolist()]
        for word, relation in forbidden(forms, parts, heads.tolist(), best):
            relations[word, self._like[relation]] -= _NEVER
        return log_softmax(relations)

    def _roles(self, scores: Scores, predicates: Sequence[int]) -> dict[tuple[int, int], tuple[str, float]]:
        """Return the role of each argument of each predicate with its probability."""
        if not predicates:
            return {}
        found: dict[tuple[int, int], tuple[str, float]] = {}
        names = self._network.labels.roles
        given = self._network.roles(scores, predicates)
        best = given.argmax(axis=2)
        for row, argument in np.argwhere(best).tolist():
            role = int(best[row, argument])
            if argument != predicates[row]:
                chance = float(np.exp(given[row, argument, role]))
                found[argument, predicates[row]] = names[role], chance
        return found

    def _features_of(self, scores: Scores) -> tuple[list[dict[str, str]], NDArray[np.float32]]:
        """Return the morphological features of each word in CoNLL-U's order, and their log probabilities."""
        rows = [self._rows[name] for name in self._features]
        best = scores.values[rows]
        found: list[dict[str, str]] = [{} for _ in range(best.shape[1])]
        for place, number in np.argwhere(best).tolist():
            name = self._features[place]
            found[number][name] = self._network.labels.properties[name][int(best[place, number])]
        return found, scores.chances[rows].sum(axis=0)

    def _lemma(
        self, form: str, part: str, best: int, scripts: NDArray[np.float32], features: Mapping[str, str]
    ) -> Lemma:
        """Return the lemma of a word, given the best edit script and the log probabilities of all."""
        names = self._network.labels.properties[SCRIPT]

        def score(lemma: str) -> float:
            number = self._scripts.get(script(form, lemma))
            return 0.0 if number is None else float(np.exp(scripts[number]))

        return self._lemmas.choose(form, part, apply(names[best], form), score, features)


def _raised(
    scores: NDArray[np.float32], links: Sequence[tuple[int, int]], by: float = _NEVER
) -> NDArray[np.float32]:
    """Return *scores* of heads with each of *links*, (word, head), before all others, or after them."""
    found = scores.copy()
    for word, head in links:
        found[word, head] += by
    return found


def _is_named(form: str, part: str, is_first: bool) -> bool:
    """Whether a dictionary says that what was taken for another *part* of speech is a proper noun."""
    if part == "NOUN":
        return is_name(form) or is_unknown_name(form, part)
    return not is_first and is_unknown_name(form, part)


def _stands_alone(forms: Sequence[str], parts: Sequence[str], number: int) -> bool:
    """
    Whether a Russian noun has a capital, and no part in a longer title: «корм в Пятёрочке», «зовут Шарик».

    «Министерство обороны» and «Старая Крепость» are written so, too, and are said of by their nouns.
    """
    if not number or not is_written_as_name(plain(forms[number])):
        return False
    before, after = forms[number - 1], parts[number + 1 : number + 2]
    if not any(map(str.isalnum, before)):
        return False  # it begins a sentence or a quotation
    if before[:1].isupper() or parts[number - 1] == "ADJ":
        return False
    return may_be_given(plain(forms[number])) or not _TITLED & set(after)  # «У Кости палатка»


def _is_in_capitals(forms: Sequence[str]) -> bool:
    """Whether so many words begin with a capital that it says nothing, as in a headline."""
    longer = [form for form in forms if len(form) > 3 and form.isalpha()]
    return len(longer) > 2 and sum(form[0].isupper() for form in longer) > _CAPITALS * len(longer)
