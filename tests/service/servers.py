"""A service on a real port, for tests."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from scenograph import Mind
from scenograph.mind import MindConfig, Workspace
from scenograph.service import Settings, create_app


@contextlib.contextmanager
def untrained(folder: Path) -> Iterator[Mind]:
    """A mind that was never trained, awake, made in *folder*: it reads open text."""
    Workspace.create(folder, MindConfig())
    with Mind.open(folder) as mind:
        mind.wake()
        yield mind


@contextlib.contextmanager
def served(mind: Mind, *, key: str | None = None, **limits: Any) -> Iterator[httpx.Client]:
    """A client of the service of *mind*, which uvicorn serves on a free port of this machine."""
    app = create_app(mind, Settings(**limits))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="warning"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120, headers=headers) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()
