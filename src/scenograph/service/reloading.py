"""
Adapters that were trained again while their mind is served: they take over without a request being dropped.

Every request has a look whether they have changed, which costs a few calls of `stat`. If so, the first one
that needs a model loads them, and the others wait for it; requests at work end with the adapters of before.
Adapters that cannot be used change nothing: one line of the log and `/readyz` say why.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import NamedTuple, final

from scenograph.errors import ScenographError
from scenograph.mind import Mind
from scenograph.mind.retrained import Trained

_log = logging.getLogger(__name__)


class Reloaded(NamedTuple):
    """
    What came of looking for new adapters.

    Attributes:
        changed: whether there were other ones, which are used from now on
        adapters: the digest of those that are used
    """

    changed: bool
    adapters: str


@final
class Reloader:
    """
    Lets a mind use the adapters that were trained last.

    Args:
        mind: the mind, open
        around: is entered around each try, so that a refusal can be put in other words
    Attributes:
        problem: why those on the disk are not used; empty if they are
    """

    def __init__(self, mind: Mind, around: Callable[[], AbstractContextManager[None]]) -> None:
        self._mind, self._around = mind, around
        self._trained = Trained(mind.workspace)
        self._lock = threading.Lock()
        self._turn = threading.Lock()  # of those who wait for new ones
        self._used = self._refused = self._look()
        self.problem = ""

    def catch_up(self) -> None:
        """Load other adapters, if there are any that were not refused before, and return when it is done."""
        if self._is_known():
            return
        with self._turn:
            if not self._is_known():  # nobody has loaded them meanwhile
                self._try()

    def notice(self, *, again: bool = False) -> None:
        """
        Begin to load other adapters, if there are any; return at once.

        Args:
            again: also those that could not be used before
        """
        if self._lock.locked() or (not again and self._is_known()):
            return
        threading.Thread(target=self._try, name="reload", daemon=True).start()

    def reload(self) -> Reloaded:
        """
        Load other adapters now, if there are any.

        Raises:
            ScenographError: if they cannot be used; those of before go on
        """
        with self._lock:
            found = self._look()
            if found == self._used:
                self.problem = ""
                return Reloaded(False, found)
            try:
                with self._around():
                    self._mind.reload()
            except ScenographError as error:
                if self._refused != found or not self.problem:
                    _log.warning("new adapters cannot be used, the earlier ones go on: %s", error)
                self._refused, self.problem = found, str(error)
                raise
            self._used, self._refused, self.problem = found, found, ""
            _log.info("new adapters are used")
            return Reloaded(True, found)

    def _try(self) -> None:
        try:
            self.reload()
        except ScenographError as error:
            _log.debug(
                "nobody waits for this reload: %s", error
            )  # `reload` has warned, and `/readyz` shows it
        except Exception as error:
            _log.error("reloading adapters failed", exc_info=error)
            self._refused, self.problem = self._look(), "new adapters could not be loaded; see the log"

    def _is_known(self) -> bool:
        """Return whether those on the disk are used, or were refused."""
        return self._look() in (self._used, self._refused)

    def _look(self) -> str:
        try:
            return self._trained.digest()
        except OSError as error:
            _log.warning("the adapters of the mind cannot be looked at: %s", error.strerror)
            return self._used if hasattr(self, "_used") else ""
