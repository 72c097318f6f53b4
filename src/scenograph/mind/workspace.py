"""
The folder of a mind, and the paths in it.

    my-mind/
      mind.toml       what the mind is made of; the only file a person writes
      sources/        imported examples, one JSON-lines file for each `corpus add`
      corpus/         the tasks that training sees, and the examples held out
      vocabulary/     the vocabulary pack of the carrier
      adapters/       one PEFT folder for each adapter, and their manifest
      styles/         the pairs that teach styles of the mind's own
      imported/       adapters that came from elsewhere, as PEFT folders
      taught/         the adapters of those styles, and the imported ones
      feedback/       what people accepted or corrected
      adapted/        the adapters that learned from it
      rewarded/       the decoders that learned from what is read back of their texts
      cycled/         the reader and decoders that learned from scenes and texts without a partner
      thinking/       the adapter that answers inside the token stream
      memory/         crystals
      confidence/     the confidence that a reading needs
      report/         report.html and report.json
      manifests/      one file for each step: what went in, what came out
      carriers/NAME/  what belongs to another carrier of the same mind: vocabulary/, adapters/, imported/,
                      taught/, adapted/, confidence/, report/ and manifests/, and what it learned from memory:
                      remembered/

Corpus, sources, styles, feedback and memory are there once, for all carriers.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import MindError
from scenograph.files import read_json, write_text
from scenograph.mind.config import MindConfig
from scenograph.mind.config_file import FILE, load_config, render_config

_SHARED = ("corpus", "memory")  # steps whose folders all carriers use


class Workspace:
    """
    The paths of one mind over one of its carriers, and its configuration.

    Attributes:
        folder: of the mind
        home: what belongs to this carrier; of the first carrier, the folder of the mind
        config: with this carrier as `carrier`
        carrier: its name
        carriers: the names of all carriers, the first one's first
        reads_itself: whether a reader that `config` names may have been trained over this carrier's states

    Args:
        folder: an existing mind
        carrier: the name of one of its carriers; None: the first
    Raises:
        MindError: if *folder* is no mind, or one of another version, or it has no such carrier
    """

    def __init__(self, folder: str | Path, carrier: str | None = None) -> None:
        self.folder = Path(folder)
        whole = load_config(self.folder)
        self.carriers = whole.names
        self.carrier = self.carriers[0] if carrier is None else carrier
        self.config = whole.over(self.carrier)
        own = whole.carriers.get(self.carrier)
        self.reads_itself = own is None or own.reader is not None
        self.home = self.folder if self.is_first else self.folder / "carriers" / self.carrier
        self.sources = self.folder / "sources"
        self.corpus = self.folder / "corpus"
        self.styles = self.folder / "styles"
        self.feedback = self.folder / "feedback"
        self.memory = self.folder / "memory"
        self.remembered = self.home / "remembered"
        self.vocabulary = self.home / "vocabulary"
        self.adapters = self.home / "adapters"
        self.imported = self.home / "imported"
        self.taught = self.home / "taught"
        self.adapted = self.home / "adapted"
        self.rewarded = self.home / "rewarded"
        self.cycled = self.home / "cycled"
        self.thinking = self.home / "thinking"
        self.confidence = self.home / "confidence"
        self.report = self.home / "report"

    @property
    def is_first(self) -> bool:
        """Whether this is the mind over the carrier that it began with."""
        return self.carrier == self.carriers[0]

    @property
    def layers(self) -> tuple[Path, ...]:
        """Adapters that came after those of joint training; a later layer replaces those of the same name."""
        return self.taught, self.adapted, self.rewarded, self.cycled, self.thinking

    def layers_before(self, layer: Path) -> tuple[Path, ...]:
        """Return the later layers that *layer* is made from, or that it comes after."""
        return self.layers[: self.layers.index(layer)]

    def over(self, carrier: str | None) -> Workspace:
        """
        Return the same mind over another of its carriers; None: the first.

        Raises:
            MindError: if it has no such carrier
        """
        return Workspace(self.folder, carrier)

    @classmethod
    def create(cls, folder: str | Path, config: MindConfig) -> Workspace:
        """
        Make *folder* a mind that *config* describes; nothing is trained yet.

        Raises:
            MindError: if a mind is there already, or the path is a file
        """
        root = Path(folder)
        cls.refuse(root)
        write_text(root / FILE, render_config(config))
        return cls(root)

    @classmethod
    def refuse(cls, root: Path) -> None:
        """Raise `MindError` if no mind can be made in *root*."""
        if (root / FILE).exists():
            raise MindError(f"{root} is a mind already; change its {FILE}, or choose another folder")
        if root.exists() and not root.is_dir():
            raise MindError(f"{root} is a file; choose a folder")

    @cached_property
    def domain(self) -> Domain:
        """What the mind can talk about."""
        return load_domain(self.config.domain)

    def place(self, folder: str) -> Path:
        """Return where a step makes *folder*."""
        return (self.folder if folder in _SHARED else self.home) / folder

    def manifest(self, step: str) -> Path:
        """Return the path of the manifest of *step*."""
        return self.place(step).parent / "manifests" / f"{step}.json"


def read_made(path: Path) -> Any:
    """
    Return the JSON value that a step wrote to *path*.

    Raises:
        MindError: if the file is damaged
    """
    return read_json(path, MindError, "delete it and run `scenograph train` again")
