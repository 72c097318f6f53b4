"""
Jobs: work that takes longer than a request should, with events that tell how far it is.

One job is at work at a time; the others wait. A job is remembered after its end, until many others have
ended.
"""

from __future__ import annotations

import logging
import queue
import secrets
import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, final

from scenograph.errors import ScenographError
from scenograph.mind import Mind
from scenograph.mind.namespace import OWN, Namespace
from scenograph.results import record
from scenograph.service.errors import BusyError, UnknownItemError
from scenograph.service.problems import problem

Status = Literal["waiting", "running", "done", "failed", "stopped"]
ENDED: frozenset[Status] = frozenset({"done", "failed", "stopped"})
_EVENTS = 1000  # of one job that are kept; of more, every second one of the older half is dropped
_log = logging.getLogger(__name__)


class StoppedError(Exception):
    """Somebody wants the job to end."""


@final
@dataclass(frozen=True, slots=True)
class Event:
    """
    How far a job is.

    Attributes:
        number: of the event, from 1
        stage: what is being done
        done: how much of it; None if that is not known
        total: how much there is to do
        note: a word on how it goes
    """

    number: int
    stage: str
    done: float | None = None
    total: float | None = None
    note: str = ""


@final
@dataclass(slots=True)
class Job:
    """
    A piece of long work.

    Attributes:
        id: its name, which nobody can guess
        kind: what it does
        namespace: whose memory it works with
        status: how it stands
        created, ended: when it was asked for, and when it ended (UTC)
        result: what came of it, once it is done
        problem: why it failed, as a request would say it
        latest: the last event
    """

    id: str
    kind: str
    namespace: Namespace
    created: datetime
    status: Status = "waiting"
    ended: datetime | None = None
    result: Any = None
    problem: dict[str, Any] | None = None
    events: list[Event] = field(default_factory=list[Event])
    stop: threading.Event = field(default_factory=threading.Event)

    def described(self) -> dict[str, Any]:
        """The job as a JSON value."""
        return {
            "id": self.id,
            "kind": self.kind,
            "namespace": str(self.namespace),
            "status": self.status,
            "created": record(self.created),
            "ended": record(self.ended),
            "latest": record(self.events[-1]) if self.events else None,
            "result": self.result,
            "problem": self.problem,
        }


@final
class JobProgress:
    """
    Tells how a job goes, and ends it where that was asked for; see `scenograph.progress.Progress`.

    Args:
        job: whose events are written
    """

    def __init__(self, job: Job) -> None:
        self._job = job
        self._stage, self._done = "", 0.0
        self._total: float | None = None

    def start(self, title: str, total: float | None = None) -> None:
        """A stretch of work begins."""
        self._stage, self._done, self._total = title, 0.0, total
        self._tell("")

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """
        *amount* units are done.

        Raises:
            StoppedError: if the job is to end
        """
        self._done += amount
        self._tell(note)

    def finish(self, summary: str) -> None:
        """The stretch has ended."""
        self._tell(summary)

    def _tell(self, note: str) -> None:
        if self._job.stop.is_set():
            raise StoppedError
        events = self._job.events
        number = events[-1].number + 1 if events else 1
        if len(events) >= _EVENTS:
            events[: _EVENTS // 2] = events[: _EVENTS // 2 : 2]
        events.append(Event(number, self._stage, self._done, self._total, note))


Work = Callable[[Mind, JobProgress], Any]


@final
class Jobs:
    """
    The jobs of a service.

    Args:
        mind: what they work with
        most: how many may wait, and how many are remembered after their end
        around: is entered around each, so that a refusal can be put in other words
    """

    def __init__(
        self, mind: Mind, most: int, around: Callable[[], AbstractContextManager[None]] = nullcontext
    ) -> None:
        self._mind, self._most, self._around = mind, most, around
        self._lock = threading.Lock()
        self._jobs: dict[str, Job] = {}
        self._waiting: queue.SimpleQueue[tuple[Job, Work] | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None

    def add(self, kind: str, work: Work, namespace: Namespace) -> Job:
        """
        Let *work* be done with the mind in *namespace* when those before it are.

        Raises:
            BusyError: if too many wait already
        """
        with self._lock:
            going = [job for job in self._jobs.values() if job.status not in ENDED]
            if len(going) > self._most:
                raise BusyError(f"{len(going)} jobs are waiting already; try again later", 10)
            ended = [job.id for job in self._jobs.values() if job.status in ENDED]
            for name in ended[: max(0, len(ended) - self._most)]:
                del self._jobs[name]
            job = Job(secrets.token_urlsafe(12), kind, namespace, datetime.now(UTC))
            self._jobs[job.id] = job
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)
                self._thread.start()
        self._waiting.put((job, work))
        return job

    def get(self, name: str, within: Namespace) -> Job:
        """
        Return the job *name*.

        Raises:
            UnknownItemError: if there is none in the namespace *within*
        """
        with self._lock:
            job = self._jobs.get(name)
            if job is None or not within.covers(job.namespace):
                raise UnknownItemError(f"there is no job {name!r}")
            return job

    def all(self, within: Namespace = OWN) -> list[Job]:
        """Return all jobs in the namespace *within* that are remembered, in the order they were asked for."""
        with self._lock:
            return [job for job in self._jobs.values() if within.covers(job.namespace)]

    def stop(self) -> None:
        """End all jobs, and wait for the one at work to come to a place where it can end."""
        for job in self.all():
            job.stop.set()
        if self._thread is not None:
            self._waiting.put(None)
            self._thread.join()
            self._thread = None

    def _run(self) -> None:
        while (given := self._waiting.get()) is not None:
            job, work = given
            self._do(job, work)

    def _do(self, job: Job, work: Work) -> None:
        job.status = "running"
        found: Mapping[str, Any] | None = None
        status: Status = "failed"
        try:
            if job.stop.is_set():
                raise StoppedError
            with self._around(), self._mind.within(job.namespace) as mind:
                job.result = record(work(mind, JobProgress(job)))
            status = "done"
        except StoppedError:
            status = "stopped"
        except ScenographError as error:
            found = problem(error).model_dump()
        except Exception as error:
            _log.error("a job of kind %s failed", job.kind, exc_info=error)
            found = {"status": 500, "detail": "the service has a fault; its log says which"}
        job.problem = dict(found) if found is not None else None
        job.ended = datetime.now(UTC)
        job.status = status  # last, since who sees it looks at the others
