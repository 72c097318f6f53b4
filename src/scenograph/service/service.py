"""A service: one open mind, its queue, its limits, and what lives between requests."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from typing import Any, TypeVar, final

from scenograph.errors import ScenographError
from scenograph.mind import Mind
from scenograph.results import record
from scenograph.service.gate import Identity
from scenograph.service.held import HeldFields
from scenograph.service.jobs import Jobs
from scenograph.service.keys import Keys
from scenograph.service.metrics import Metrics
from scenograph.service.operations import Message, Operation
from scenograph.service.queue import Queue
from scenograph.service.reloading import Reloader
from scenograph.service.settings import Settings

T = TypeVar("T")
_GLANCES = ("recall", "recall_many", "list_crystals")
"""Operations that need no model."""


@final
class Service:
    """
    What all doors share.

    Args:
        mind: an open mind; the caller closes it after the service has ended
        settings: limits
    Attributes:
        queue: of operations; those that look into the memory alone have `glances`, so that they need not
            wait for the model
        reloader: lets the mind use adapters that were trained meanwhile
        is_stopping: whether it ends, so that what would go on for long ends now
    """

    def __init__(self, mind: Mind, settings: Settings) -> None:
        self.mind, self.settings = mind, settings
        self.keys = Keys(mind.workspace.folder)
        self.queue = Queue(settings.workers, settings.waiting)
        self.glances = Queue(settings.workers, 4 * settings.waiting)
        self.held = HeldFields(settings.fields, settings.field_seconds)
        self.jobs = Jobs(mind, settings.jobs, self.without_place)
        self.reloader = Reloader(mind, self.without_place)
        self.is_stopping = False
        self.metrics = Metrics(
            working=lambda: self.queue.working + self.glances.working,
            waiting=lambda: self.queue.waiting + self.glances.waiting,
            crystals=lambda: len(mind.memory),
        )

    @property
    def name(self) -> str:
        """The name of the mind."""
        return self.mind.workspace.folder.resolve().name

    async def carry_out(self, it: Operation, message: Message, identity: Identity) -> Any:
        """
        Do an operation in turn; return its result as a JSON value.

        Raises:
            ScopeError: if *identity* may not
            BusyError: if too many wait already
        """
        identity.need(it.scope)
        identity = identity.within(message.namespace)
        if it.is_about_all:
            message = message.model_copy(update={"namespace": str(identity.namespace)})
            return await self.queue.run(lambda: self._about_all(it, message))
        work = lambda mind: record(it.run(mind, message))  # noqa: E731  (for `do`)
        return await (self.look(identity, work) if it.name in _GLANCES else self.do(identity, work))

    def _about_all(self, it: Operation, message: Message) -> Any:
        with self.without_place():
            return record(it.run(self.mind, message))

    async def do(self, identity: Identity, work: Callable[[Mind], T]) -> T:
        """Do *work* in turn with the mind in the namespace of a request; return what it returns."""
        return await self.queue.run(lambda: self._within(identity, work, self.reloader.catch_up))

    async def look(self, identity: Identity, work: Callable[[Mind], T]) -> T:
        """As `do`, of what looks into the memory alone."""
        return await self.glances.run(lambda: self._within(identity, work, self.reloader.notice))

    def _within(self, identity: Identity, work: Callable[[Mind], T], look: Callable[[], None]) -> T:
        """Do *work* once *look* has seen whether adapters were trained meanwhile."""
        look()
        with self.without_place(), self.mind.within(identity.namespace) as mind:
            return work(mind)

    @contextmanager
    def without_place(self) -> Generator[None]:
        """Let no refusal say where on this machine the mind lies."""
        folder = self.mind.workspace.folder
        places = sorted({str(folder), str(folder.absolute()), str(folder.resolve())}, key=len, reverse=True)
        try:
            yield
        except ScenographError as error:
            for place in places:
                error.args = tuple(
                    it.replace(place, folder.name) if isinstance(it, str) else it for it in error.args
                )
            raise

    def is_ready(self) -> bool:
        """Return whether it can answer: the memory can be read, and the service does not end."""
        if self.is_stopping:
            return False
        try:
            return len(self.mind.memory) >= 0
        except ScenographError:
            return False

    def stop(self) -> None:
        """End what goes on between requests."""
        self.is_stopping = True
        self.jobs.stop()
