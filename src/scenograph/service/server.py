"""Running the service until somebody stops it."""

from __future__ import annotations

import contextlib
import signal
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import FrameType

import anyio

from scenograph import tracing
from scenograph.errors import MindError, MissingExtraError
from scenograph.mind import Mind
from scenograph.mind.namespace import Namespace

try:
    import fastapi as _  # noqa: F401  (what follows needs it)
except ImportError as error:
    raise MissingExtraError("fastapi", "serve", error) from error

from scenograph.service.agents import serve_stdio
from scenograph.service.allocator import giving_back, settle
from scenograph.service.app import create_app
from scenograph.service.keys import Keys
from scenograph.service.service import Service
from scenograph.service.settings import LOOPBACK, Settings

_PATIENCE = 120  # seconds that requests at work have when the service is stopped
_KEPT = 20  # seconds that an idle connection stays; clients give theirs up after 5, and must be the first


def run(
    path: Path,
    *,
    host: str = "127.0.0.1",
    port: int = 8600,
    settings: Settings | None = None,
    is_open: bool = False,
    carrier: str | None = None,
    ready: Callable[[str], None],
) -> None:
    """
    Serve the mind at *path* until Ctrl-C or SIGTERM. Requests at work are finished then.

    Args:
        host: address to listen on; anything but loopback can be reached from the network
        port: 0 takes any free port
        settings: limits; its hosts are replaced by those that belong to *host*
        is_open: serve the network although the mind has no keys, so that everybody may do everything
        carrier: the name of the carrier that reads and speaks; None: the first
        ready: called with the service's address once the mind is loaded and the port is ours
    Raises:
        MindError: if there is no finished mind at *path*, or the network would be let in without a key
        OSError: if the port is taken
    """
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtraError("uvicorn", "serve", error) from error

    class Server(uvicorn.Server):
        """Finishes what was begun when it is asked to stop, and ends streams that would go on for ever."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            app.state.service.is_stopping = True
            self.force_exit = self.should_exit and sig == signal.SIGINT
            self.should_exit = True

    settle()
    with tracing.from_environment(), contextlib.closing(Mind.open(path, carrier=carrier)) as mind:
        address = f"[{host}]" if ":" in host else host
        is_local = address in LOOPBACK
        if not is_local and not is_open and not Keys(mind.workspace.folder).all():
            raise MindError(
                f"everybody who can reach {host} could read and change this mind; make a key first "
                f"(scenograph keys add {path} NAME), or say --open"
            )
        mind.wake()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family) as listener:
            hosts = LOOPBACK if is_local else ("*",)
            app = create_app(mind, replace(settings or Settings(), hosts=hosts))
            config = uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                server_header=False,
                timeout_graceful_shutdown=_PATIENCE,
                timeout_keep_alive=_KEPT,
            )
            server = Server(config)
            reload_on_hangup(app.state.service)
            ready(f"http://{address}:{listener.getsockname()[1]}")
            with giving_back(), contextlib.suppress(KeyboardInterrupt):
                server.run(sockets=[listener])


def reload_on_hangup(service: Service) -> None:
    """Let the signal SIGHUP, where there is one, load new adapters."""
    if not hasattr(signal, "SIGHUP"):
        return

    def reload(_: int, __: FrameType | None) -> None:
        service.reloader.notice(again=True)

    with contextlib.suppress(ValueError):  # not in the main thread, where alone signals can be taken
        signal.signal(signal.SIGHUP, reload)


def run_stdio(path: Path, *, carrier: str | None = None, namespace: str = "") -> None:
    """
    Serve the mind at *path* as an MCP server on stdin and stdout, until stdin ends or Ctrl-C.

    Args:
        carrier: the name of the carrier that reads and speaks; None: the first
        namespace: the agent may use this one and what lies in it; empty: everything
    Raises:
        MindError: if there is no mind at *path*, or *namespace* is none
    """
    limit = Namespace.parse(namespace)
    with contextlib.closing(Mind.open(path, carrier=carrier)) as mind:
        mind.wake()
        service = Service(mind, Settings())
        with contextlib.suppress(KeyboardInterrupt):
            anyio.run(serve_stdio, service, limit)
