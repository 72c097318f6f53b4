"""A hub of our own: what huggingface_hub asks of one, over real HTTP, with the folders of this machine."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

COMMITS = {"main": "a" * 40, "v1": "b" * 40}


@contextmanager
def hub(repositories: dict[str, dict[str, Path]]) -> Generator[tuple[str, list[str]]]:
    """
    Serve *repositories*: id → branch → folder.

    Yields:
        The address, and the list of files that were fetched so far.
    """
    fetched: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def log_message(self, *args: object) -> None:
            pass

        def _answer(self) -> None:
            parts = unquote(self.path).partition("?")[0].strip("/").split("/")
            about = parts[:2] == ["api", "models"]
            repository, rest = "/".join(parts[2:4] if about else parts[:2]), parts[4:] if about else parts[2:]
            branches = repositories.get(repository)
            if branches is None:
                return self._say(404, b"", {"X-Error-Code": "RepoNotFound"})
            asked = rest[1] if len(rest) > 1 else "main"
            branch = next((name for name, commit in COMMITS.items() if asked in (name, commit)), None)
            if branch not in branches:
                return self._say(404, b"", {"X-Error-Code": "RevisionNotFound"})
            folder, commit = branches[branch], COMMITS[branch]
            if about:
                files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
                names = [(path.relative_to(folder).as_posix(), path) for path in files]
                if rest[:1] == ["tree"]:
                    tree = [
                        {"type": "file", "path": name, "size": path.stat().st_size, "oid": _oid(path)}
                        for name, path in names
                    ]
                    return self._say(200, json.dumps(tree).encode())
                facts = {
                    "id": repository,
                    "sha": commit,
                    "siblings": [{"rfilename": name} for name, _ in names],
                }
                return self._say(200, json.dumps(facts).encode())
            path = folder.joinpath(*rest[2:])
            if not path.is_file():
                return self._say(404, b"", {"X-Error-Code": "EntryNotFound", "X-Repo-Commit": commit})
            if self.command == "GET":
                fetched.append(path.name)
            return self._say(200, path.read_bytes(), {"ETag": f'"{_oid(path)}"', "X-Repo-Commit": commit})

        def _say(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", fetched
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _oid(path: Path) -> str:
    return hashlib.sha1(path.read_bytes()).hexdigest()
