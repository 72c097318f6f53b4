"""Running the service until somebody stops it."""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable
from pathlib import Path

from scenograph.errors import MissingExtraError
from scenograph.mind import Mind
from scenograph.service.app import LOOPBACK, create_app


def run(path: Path, *, host: str = "127.0.0.1", port: int = 8600, ready: Callable[[str], None]) -> None:
    """
    Serve the mind at *path* until Ctrl-C.

    Args:
        host: address to listen on; anything but loopback is open to the network, without a password
        port: 0 takes any free port
        ready: called with the service's address once the mind is loaded and the port is ours
    Raises:
        MindError: if there is no finished mind at *path*
        OSError: if the port is taken
    """
    try:
        import uvicorn
    except ImportError as error:
        raise MissingExtraError("uvicorn", "serve", error) from error

    with contextlib.closing(Mind.open(path)) as mind:
        mind.wake()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.create_server((host, port), family=family) as listener:
            address = f"[{host}]" if ":" in host else host
            hosts = LOOPBACK if address in LOOPBACK else ("*",)
            app = create_app(mind, hosts=hosts)
            server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
            ready(f"http://{address}:{listener.getsockname()[1]}")
            with contextlib.suppress(KeyboardInterrupt):
                server.run(sockets=[listener])
