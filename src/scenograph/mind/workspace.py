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
      memory/         crystals
      confidence/     the confidence that a reading needs
      report/         report.html and report.json
      manifests/      one file for each step: what went in, what came out
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from scenograph.domain import Domain
from scenograph.domains import load_domain
from scenograph.errors import MindError
from scenograph.files import read_json, write_text
from scenograph.mind.config import FILE, MindConfig, load_config, render_config


class Workspace:
    """
    The paths of one mind and its configuration.

    Args:
        folder: an existing mind
    Raises:
        MindError: if *folder* is no mind, or one of another version
    """

    def __init__(self, folder: str | Path) -> None:
        self.folder = Path(folder)
        self.config = load_config(self.folder)
        self.sources = self.folder / "sources"
        self.corpus = self.folder / "corpus"
        self.vocabulary = self.folder / "vocabulary"
        self.adapters = self.folder / "adapters"
        self.styles = self.folder / "styles"
        self.imported = self.folder / "imported"
        self.taught = self.folder / "taught"
        self.feedback = self.folder / "feedback"
        self.adapted = self.folder / "adapted"
        self.memory = self.folder / "memory"
        self.confidence = self.folder / "confidence"
        self.report = self.folder / "report"

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

    def manifest(self, step: str) -> Path:
        """Return the path of the manifest of *step*."""
        return self.folder / "manifests" / f"{step}.json"


def read_made(path: Path) -> Any:
    """
    Return the JSON value that a step wrote to *path*.

    Raises:
        MindError: if the file is damaged
    """
    return read_json(path, MindError, "delete it and run `scenograph train` again")
