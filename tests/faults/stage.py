"""A scenario, prepared once and played often."""

from __future__ import annotations

import shutil
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from faults.ledger import Account, Ledger, examine
from faults.nursery import Nursery

ALL = 10**6
"""More than any scenario has events."""


class Stage:
    """
    Plays a scenario of `faults.actor` in copies of a folder.

    Attributes:
        events: what reaches the disk when nothing goes wrong
    """

    def __init__(self, nursery: Nursery, folder: Path, scenario: str) -> None:
        self.nursery = nursery
        self.folder = folder
        self.scenario = scenario
        (folder / "prepared").mkdir()
        assert self._run("prepare", folder / "prepared") == 0, nursery.errors()
        self.events = [str(event) for event in self.assert_kept().events]

    def assert_kept(self, **plan: object) -> Account:
        """Play it by a plan (`faults.disk.Plan`); find all that was acknowledged in what is left."""
        copy = self.folder / "played"
        shutil.copytree(self.folder / "prepared", copy)
        try:
            left = copy / ("image" if plan.get("how") in ("power", "mix") else "memory")
            status = self._run("play", copy, plan={**plan, "image": str(left)})
            assert status == (0 if plan.get("how") in (None, "fail") else -9), self.nursery.errors()
            return examine(left, Ledger(copy / "ledger"))
        finally:
            shutil.rmtree(copy)

    @contextmanager
    def named(self, event: str) -> Generator[None]:
        """Say of a failure in the block at which *event* it was."""
        try:
            yield
        except AssertionError as error:
            error.add_note(f"{self.scenario}: {event}")
            raise

    def _run(self, task: str, folder: Path, **options: object) -> int:
        paths = {"folder": str(folder / "memory"), "ledger": str(folder / "ledger")}
        return self.nursery.run(task, **paths, scenario=self.scenario, **options)
