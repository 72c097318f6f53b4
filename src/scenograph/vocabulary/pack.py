"""
Vocabulary packs: a base tokenizer and the atoms after its pieces, in a folder.

    pack/
      manifest.json    format, version, digests, atoms with their glosses
      base.model …     the base tokenizer's own files
      rows.safetensors rows of the atoms, if they were learned (`vocabulary.rows`)

Ids below `base_size` are the base's, unchanged; atom *i* has id `base_size + i`. Text is spelt by the base
alone, so nothing in a text can be a command. Scenes come in linear form; their structure, roles and lexemes
are atoms, their symbols and strings base text.

Where a carrier cannot get new rows, as in llama.cpp, every atom *borrows* a token of the base instead: the
token means the atom from then on, and text that has its characters is spelt with shorter tokens.

A pack only grows: `extended` adds atoms after the present ones, and what these spell and the rows that were
learned for them stay as they are (law 4). `v.grew_from(d)` says whether a pack of digest `d` is one that *v*
has grown from.

Laws: `decode(encode_text(t)) == t` and `decode(encode_scene(s)) == s` for every string;
`v.extended(a).encode_text(t) == v.encode_text(t)`; `v.extended(a).grew_from(v.digest)`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any, final

from scenograph.errors import VocabularyError
from scenograph.files import write_bytes, write_json
from scenograph.vocabulary.atoms import BOS, DO, EOS, PAD, SEP, Atom, role_atom
from scenograph.vocabulary.base import Base, HubBase, SentencePieceBase, check_exact, digest_of, read_files
from scenograph.vocabulary.respelling import respelling
from scenograph.vocabulary.rows import FILE as ROWS
from scenograph.vocabulary.rows import Rows
from scenograph.vocabulary.scan import scan
from scenograph.vocabulary.segment import Segment

FORMAT = "scenograph-vocabulary"
VERSION = 1
_KINDS: dict[str, type[SentencePieceBase] | type[HubBase]] = {
    kind.kind: kind for kind in (SentencePieceBase, HubBase)
}


@final
class Vocabulary:
    """
    A base tokenizer with atoms appended.

    Args:
        base: spells plain text
        atoms: tokens after the base's, in id order
        borrowed: ids of the base that mean the atoms, one for each; none: atoms get new ids
        rows: learned rows of the first atoms; None: every new atom starts at the mean of its gloss
    Attributes:
        size: number of ids
        base_size: number of ids of the base; the first atom's id, if none is borrowed
        atom_ids: the ids of the atoms, in the order of *atoms*
        token_bytes: the UTF-8 bytes each id stands for
    Raises:
        VocabularyError: if an atom is listed twice, what is borrowed cannot be, or there are more rows than
            atoms
    """

    def __init__(
        self, base: Base, atoms: Sequence[Atom], borrowed: Sequence[int] = (), rows: Rows | None = None
    ) -> None:
        self.base = base
        self.atoms = tuple(atoms)
        self.rows = rows
        self.borrowed = tuple(borrowed)
        self.base_size = len(base.token_bytes)
        self.size = self.base_size + (0 if borrowed else len(self.atoms))
        self.atom_ids = self.borrowed or tuple(range(self.base_size, self.size))
        self.token_bytes = [*base.token_bytes, *([b""] * (self.size - self.base_size))]
        self._ids = {atom.text: i for atom, i in zip(self.atoms, self.atom_ids, strict=True)}
        if len(self._ids) != len(self.atoms):
            raise VocabularyError("an atom is listed twice; give every atom once")
        if rows is not None and not (
            self.base_size <= rows.start and rows.start + len(rows) <= self.size and not borrowed
        ):
            raise VocabularyError("the rows are not those of this vocabulary's atoms; learn them again")
        self._respelt = respelling(base.token_bytes, self.borrowed)
        for atom, i in zip(self.atoms, self.atom_ids, strict=True):
            self.token_bytes[i] = atom.text.encode()
        self._glosses = {atom.text: atom.gloss for atom in self.atoms}
        self._spell = lru_cache(maxsize=1 << 13)(lambda text: tuple(self.encode_text(text)))

    def __len__(self) -> int:
        return self.size

    def __contains__(self, atom: object) -> bool:
        return atom in self._ids

    def id(self, atom: str) -> int:
        """Return the id of *atom*; an unknown one is a `VocabularyError`."""
        try:
            return self._ids[atom]
        except KeyError:
            raise VocabularyError(f"{atom!r} is no atom of this vocabulary") from None

    @property
    def bos(self) -> int:
        """The id every prompt starts with."""
        return self._ids[BOS]

    @property
    def eos(self) -> int:
        """The id every answer ends with."""
        return self._ids[EOS]

    @property
    def pad(self) -> int:
        """The id that fills up short rows."""
        return self._ids[PAD]

    @property
    def sep(self) -> int:
        """The id between two data segments."""
        return self._ids[SEP]

    def encode_text(self, text: str) -> list[int]:
        """Spell *text* with the base; never produces an atom."""
        ids = self.base.encode(text)
        if not self.borrowed:
            return ids
        return [part for i in ids for part in self._respelt.get(i, (i,))]

    def encode_scene(self, linear: str) -> list[int]:
        """Spell the linear form of a scene: structure, roles and lexemes as atoms, the rest as text."""
        ids: list[int] = []
        for may_be_atom, piece in scan(linear):
            atom = self._ids.get(piece) if may_be_atom else None
            if atom is None:
                ids.extend(self._spell(piece))
            else:
                ids.append(atom)
        return ids

    def encode(self, segment: Segment) -> list[int]:
        """Spell one segment of a prompt, or an answer."""
        kind, content = segment
        if kind == "text":
            return self.encode_text(content)
        return self.encode_scene(content) if kind == "scene" else [self.id(content)]

    def encode_prompt(self, prompt: Iterable[Segment]) -> list[int]:
        """
        Spell a whole prompt: ⟁bos, data segments with ⟁sep between them, then the commands.

        Where atoms are borrowed, ⟁do follows the first command. llama.cpp lets an adapter act from the token
        before the one that invokes it on, so that ⟁do is what invokes there, and the command is where all
        adapters begin to act.
        """
        ids = [self.bos]
        after_data = is_commanded = False
        for segment in prompt:
            is_data = segment[0] != "command"
            if is_data and after_data:
                ids.append(self.sep)
            ids += self.encode(segment)
            after_data = is_data
            if not is_data and self.borrowed and not is_commanded:
                ids.append(self.id(DO))
                is_commanded = True
        return ids

    def encode_answer(self, answer: Segment) -> list[int]:
        """Spell an answer and the ⟁eos that ends it."""
        return [*self.encode(answer), self.eos]

    def decode(self, ids: Iterable[int]) -> str:
        """Return the characters of *ids*; undoes `encode_text` and `encode_scene`."""
        return b"".join(self.token_bytes[i] for i in ids).decode(errors="replace")

    def gloss(self, atom: str) -> list[int]:
        """
        Return the base ids that the embedding row of *atom* starts from, as their mean.

        ⟁bos, ⟁eos and ⟁pad start from the carrier's own such tokens, where it has them.
        """
        own = self.base.specials.get(atom.removeprefix("⟁"))
        self.id(atom)
        return [own] if own is not None else self.base.encode(self._glosses[atom])

    def borrowing(self, ids: Sequence[int]) -> Vocabulary:
        """
        Return a vocabulary whose atoms are tokens of the base.

        Args:
            ids: the token of each atom, in the order of `atoms`
        Raises:
            VocabularyError: if a token is named twice, or text could not be spelt without it
        """
        return Vocabulary(self.base, self.atoms, ids)

    def extended(self, atoms: Iterable[Atom]) -> Vocabulary:
        """
        Return a vocabulary with more *atoms* after the present ones, which keep their ids.

        Raises:
            VocabularyError: if the present ones are borrowed
        """
        if self.borrowed:
            raise VocabularyError(
                "a vocabulary of borrowed tokens, as llama.cpp needs it, cannot grow: "
                "this mind takes no new styles"
            )
        new = (atom for atom in atoms if atom.text not in self._ids)
        return Vocabulary(self.base, (*self.atoms, *new), rows=self.rows)

    def with_rows(self, rows: Rows | None) -> Vocabulary:
        """
        Return the same vocabulary with learned *rows*, or with none.

        Raises:
            VocabularyError: if they are not those of its first atoms
        """
        return Vocabulary(self.base, self.atoms, self.borrowed, rows)

    def grew_from(self, digest: str) -> bool:
        """Return whether a pack of this *digest* is this one, or one that this one has grown from."""
        if digest == self.digest:
            return True
        if self.borrowed:
            return False
        return any(
            digest_of({"manifest": json.dumps(self._manifest(count), sort_keys=True).encode()}) == digest
            for count in range(len(self.atoms))
        )

    def with_roles(self, roles: Iterable[str]) -> Vocabulary:
        """Return a vocabulary that also has an atom for each of *roles* (`:birth-place`)."""
        return self.extended(map(role_atom, dict.fromkeys(roles)))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """What stands in the pack's manifest besides its files; JSON-compatible."""
        return self._manifest(len(self.atoms))

    def _manifest(self, count: int) -> dict[str, Any]:
        """Return the manifest of the pack that the first *count* atoms were."""
        more: dict[str, Any] = {"borrowed": list(self.borrowed)} if self.borrowed else {}
        if self.rows is not None:
            learned = min(len(self.rows), self.base_size + count - self.rows.start)
            if learned > 0:
                more["rows"] = {"count": learned, "digest": self.rows.digest(learned)}
        return {
            "format": FORMAT,
            "version": VERSION,
            "base": self.base.kind,
            "base_size": self.base_size,
            "base_digest": self._base_digest,
            "atoms": [list(atom) for atom in self.atoms[:count]],
            **more,
        }

    @cached_property
    def _base_digest(self) -> str:
        return digest_of(self.base.files())

    @property
    def digest(self) -> str:
        """
        32 hex digits over base, atoms and learned rows.

        Two packs with one digest spell everything in the same way, and give a carrier the same tables.
        """
        return self._digest

    @cached_property
    def _digest(self) -> str:
        return digest_of({"manifest": json.dumps(self.manifest, sort_keys=True).encode()})

    def save(self, folder: Path | str) -> None:
        """Write the pack; the manifest comes last, so a pack that was not finished has none."""
        folder = Path(folder)
        manifest = folder / "manifest.json"
        manifest.unlink(missing_ok=True)
        files = self.base.files()
        if self.rows is not None:
            files[ROWS] = self.rows.to_bytes()
        for name, data in files.items():
            write_bytes(folder / name, data)
        write_json(manifest, self.manifest | {"files": sorted(files), "digest": self.digest})

    @classmethod
    def load(cls, folder: Path | str) -> Vocabulary:
        """
        Read a pack.

        Raises:
            VocabularyError: if the folder holds no pack, one of another version, or a damaged one
        """
        folder = Path(folder)
        data = read_files(folder, ["manifest.json"])["manifest.json"]
        try:
            manifest = json.loads(data)
            kind = _KINDS[manifest["base"]]
            found = (manifest["format"], manifest["version"])
            atoms = [Atom(*pair) for pair in manifest["atoms"]]
            borrowed: list[int] = manifest.get("borrowed", [])
            names, digest = manifest["files"], manifest["digest"]
        except (ValueError, KeyError, TypeError) as error:
            raise VocabularyError(f"{folder}/manifest.json is no manifest of a vocabulary pack") from error
        if found != (FORMAT, VERSION):
            raise VocabularyError(
                f"{folder} is a {found[0]} of version {found[1]}, this program reads version {VERSION}; "
                "train the vocabulary again"
            )
        files = read_files(folder, names)
        learned = files.pop(ROWS, None)
        if digest_of(files) != manifest["base_digest"]:
            raise VocabularyError(f"{folder}: the tokenizer's files are damaged; copy the pack again")
        rows = None if learned is None else Rows.from_bytes(learned)
        vocabulary = cls(kind.from_files(files), atoms, borrowed, rows)
        if vocabulary.digest != digest:
            raise VocabularyError(f"{folder}/manifest.json is damaged; copy the pack again")
        return vocabulary

    @classmethod
    def over(cls, base: Base, atoms: Sequence[Atom]) -> Vocabulary:
        """Build a vocabulary after checking that *base* is exact (see `check_exact`)."""
        check_exact(base)
        return cls(base, atoms)
