"""Commands about the service of a mind: serve, mcp, and keys."""

from __future__ import annotations

import json as json_module
import logging
import sys
from typing import Annotated, Literal

import typer

from scenograph.cli import output
from scenograph.cli.commands import example
from scenograph.cli.talk import InNamespace, Json, MindPath, OverCarrier
from scenograph.cli.times import moment

KeyName = Annotated[
    str, typer.Argument(metavar="NAME", help="Whose key it is, such as laptop.", show_default=False)
]
_MAY = {"read": ("read",), "write": ("read", "write"), "admin": ("read", "write", "admin")}


class _Lines(logging.Formatter):
    """One JSON object a line; of a request its time, key, route and status, and nothing that it says."""

    def format(self, record: logging.LogRecord) -> str:
        """Return *record* as JSON."""
        about = record.__dict__.get("request") or {"message": record.getMessage()}
        line = {"time": self.formatTime(record, "%Y-%m-%dT%H:%M:%S%z"), "level": record.levelname, **about}
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json_module.dumps(line, ensure_ascii=False)


def log_lines() -> None:
    """Write what the service logs to stderr, one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    logger = logging.getLogger("scenograph.service")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


@example("scenograph serve demo-mind --port 8600")
def serve(
    mind: MindPath,
    host: Annotated[
        str, typer.Option(help="Address to listen on; the default is this machine only.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8600,
    origin: Annotated[
        list[str] | None,
        typer.Option(help="A web site whose pages may call it: https://notes.example.", show_default=False),
    ] = None,
    rate: Annotated[
        int, typer.Option(min=0, help="Requests that one key or address may send in a minute; 0: any.")
    ] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Requests that are worked on at once.")] = 8,
    waiting: Annotated[int, typer.Option(min=1, help="Requests that may wait; more are refused.")] = 64,
    log: Annotated[bool, typer.Option("--log", help="A line of JSON on stderr for each request.")] = False,
    open_: Annotated[
        bool, typer.Option("--open", help="Serve other machines although there are no keys.")
    ] = False,
    carrier: OverCarrier = None,
) -> None:
    """
    Serve a mind over HTTP, with a page for people at /. Every request is documented at /docs.

    Keys are needed as soon as there are any (keys add). Requests at work are finished when it is stopped.
    """
    from scenograph.service.server import run
    from scenograph.service.settings import Settings

    if log:
        log_lines()
    run(
        mind,
        host=host,
        port=port,
        settings=Settings(origins=tuple(origin or ()), rate=rate, workers=workers, waiting=waiting),
        is_open=open_,
        carrier=carrier,
        ready=lambda url: output.note(f"serving {mind} at {url}  (docs: {url}/docs)"),
    )


@example("scenograph mcp demo-mind")
def mcp(mind: MindPath, carrier: OverCarrier = None, namespace: InNamespace = "") -> None:
    """
    Serve a mind to an agent as an MCP server on stdin and stdout.

    Its tools are read, speak, remember, recall, ask, correct and forget. Over HTTP `serve` has them at /mcp.
    With --namespace the agent can use this one and what lies in it, and nothing else.
    """
    from scenograph.service.server import run_stdio

    run_stdio(mind, carrier=carrier, namespace=namespace)


@example("scenograph keys add demo-mind laptop --may write")
def keys_add(
    mind: MindPath,
    name: KeyName,
    may: Annotated[
        Literal["read", "write", "admin"],
        typer.Option(help="read; write: also remember, correct and forget; admin: all."),
    ] = "write",
    namespace: Annotated[
        str,
        typer.Option(
            "--namespace",
            "-n",
            help="It opens this one and what lies in it, and nothing else; everything if not given.",
            show_default=False,
        ),
    ] = "",
) -> None:
    """Make a key, and print it. It is shown this once; the mind stores its digest only."""
    from scenograph.mind import Mind
    from scenograph.service.keys import Keys
    from scenograph.service.operations import SCOPES

    with Mind.open(mind) as opened:
        token = Keys(opened.workspace.folder).add(name, [it for it in SCOPES if it in _MAY[may]], namespace)
    output.data(token)
    of = f" in the namespace {namespace}" if namespace else ""
    output.note(f"{name} may {' and '.join(_MAY[may])}{of}; send it as: Authorization: Bearer KEY")


@example("scenograph keys list demo-mind")
def keys_list(mind: MindPath, json: Json = False) -> None:
    """List the keys of a mind, without what they are."""
    from scenograph.mind import Mind
    from scenograph.service.keys import Keys

    with Mind.open(mind) as opened:
        keys = Keys(opened.workspace.folder).all()
    for key in keys:
        listed = {
            "name": key.name,
            "scopes": list(key.scopes),
            "namespace": key.namespace,
            "created": key.created,
        }
        of = f"  in {key.namespace}" if key.namespace else ""
        output.show(listed, f"{moment(key.created)}  {key.name}  {' '.join(key.scopes)}{of}", json)
    if not keys:
        output.note("there are no keys: everybody on this machine may do everything")


@example("scenograph keys remove demo-mind laptop")
def keys_remove(mind: MindPath, name: KeyName) -> None:
    """Let a key open nothing any more, in a running service too."""
    from scenograph.mind import Mind
    from scenograph.service.keys import Keys

    with Mind.open(mind) as opened:
        Keys(opened.workspace.folder).remove(name)
    output.note(f"the key of {name} opens nothing any more")
