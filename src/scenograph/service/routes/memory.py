"""Looking into the memory, and carrying it elsewhere."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Callable, Iterator
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, Field

from scenograph.core import only_one
from scenograph.memory import Change, Contradiction, Crystal, Memory, SourceTotal, Stats
from scenograph.mind import Mind
from scenograph.results import record
from scenograph.service.errors import RequestError
from scenograph.service.operations import OPERATIONS
from scenograph.service.operations.memory import ListRequest, listed
from scenograph.service.queue import unless_gone
from scenograph.service.responses import Json
from scenograph.service.routes.operations import IN_NAMESPACE, identity_of, message_of
from scenograph.service.schemas import json_type
from scenograph.service.service import Service

_BLOCK = 1 << 16
_IN_RAM = 1 << 24  # bytes of an export that need no file

Number = Annotated[int, Path(ge=0, le=2**63 - 1, examples=[1])]


class Imported(BaseModel):
    """What an import has added."""

    new: int = Field(description="Crystals that were new.")


def router(service: Service) -> APIRouter:
    """Return the routes that look into the memory of *service*."""
    routes = APIRouter(dependencies=IN_NAMESPACE)

    async def looked(http: Request, work: Callable[[Mind], Any]) -> Json:
        identity = identity_of(http)
        identity.need("read")
        return Json(await unless_gone(http, lambda: service.look(identity, lambda mind: record(work(mind)))))

    @routes.get("/crystals", response_model=json_type(list[Crystal]), tags=["read"])
    async def grep(
        http: Request,
        words: Annotated[
            str | None, Query(min_length=1, max_length=1000, examples=['"old bridge" Oleg'])
        ] = None,
        among: Annotated[
            str | None,
            Query(
                alias="filter",
                max_length=10_000,
                examples=['{"language": "en"}'],
                description="A filter, as JSON; see `/list_crystals`.",
            ),
        ] = None,
        limit: Annotated[int, Query(ge=1, le=1000, examples=[100])] = 100,
        after: Annotated[int, Query(ge=0, le=2**63 - 1, examples=[0])] = 0,
        expired: Annotated[bool, Query(examples=[False], description="Also what has expired.")] = False,
    ) -> Json:
        """List crystals with some words, or that fulfil a filter, as `/list_crystals`."""
        given = {"words": words, "after": after, "limit": limit, "expired": expired}
        request = message_of(OPERATIONS["list_crystals"], {**given, "filter": _filter(among)})
        assert isinstance(request, ListRequest)
        return await looked(http, lambda mind: listed(mind, request))

    @routes.get("/crystals/{crystal}", response_model=json_type(Crystal), tags=["read"])
    async def show(http: Request, crystal: Number) -> Json:
        """Show a crystal with everything that is known of it; the header `Link` says how to correct it."""
        found = await looked(http, lambda mind: mind.memory.get(crystal))
        found.headers["Link"] = '</correct>; rel="edit"; title="POST with crystal, and text or scene"'
        return found

    @routes.get("/history", response_model=json_type(list[Change]), tags=["read"])
    async def history(
        http: Request, crystal: Annotated[int | None, Query(ge=0, le=2**63 - 1, examples=[1])] = None
    ) -> Json:
        """List what happened in memory, or to one crystal, in order."""
        return await looked(http, lambda mind: mind.memory.history(crystal))

    @routes.get("/contradictions", response_model=json_type(list[Contradiction]), tags=["read"])
    async def contradictions(
        http: Request,
        about: Annotated[int | None, Query(ge=0, le=2**63 - 1, examples=[1])] = None,
        role: Annotated[list[str] | None, Query(max_length=20, examples=[[":birthDate"]])] = None,
    ) -> Json:
        """
        List crystals that cannot all be true.

        It looks at roles that have one value nearly everywhere in memory, and at every `role` given here.
        """

        def found(mind: Mind) -> list[Contradiction]:
            rules = [only_one(it) for it in role or ()]
            rules += [only_one(it.role) for it in mind.memory.functional_roles()]
            return mind.memory.contradictions(rules, about=about)

        return await looked(http, found)

    @routes.get("/sources", response_model=json_type(list[SourceTotal]), tags=["read"])
    async def sources(http: Request) -> Json:
        """List the named sources of memory, such as documents, with how much each stated."""
        return await looked(http, lambda mind: mind.memory.sources())

    @routes.get("/stats", response_model=json_type(Stats), tags=["read"])
    async def stats(http: Request) -> Json:
        """Show figures of memory."""
        return await looked(http, lambda mind: mind.memory.stats())

    @routes.get(
        "/export",
        response_class=StreamingResponse,
        responses={200: {"content": {"application/x-ndjson": {}, "application/n-quads": {}}}},
        tags=["admin"],
    )
    async def export(
        http: Request,
        form: Annotated[Literal["jsonl", "rdf"], Query(alias="format", examples=["jsonl"])] = "jsonl",
    ) -> StreamingResponse:
        """Send the whole memory as JSON lines or RDF (N-Quads), which any memory can import."""
        identity = identity_of(http)
        identity.need("admin")
        file = await service.look(identity, lambda mind: _exported(mind.memory, form))
        kind, ending = ("x-ndjson", "jsonl") if form == "jsonl" else ("n-quads", "nq")
        named = {"Content-Disposition": f'attachment; filename="memory.{ending}"'}
        return StreamingResponse(_blocks(file), media_type=f"application/{kind}", headers=named)

    @routes.post(
        "/import",
        openapi_extra={
            "requestBody": {
                "required": True,
                "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
            }
        },
        tags=["admin"],
    )
    async def import_(http: Request) -> Imported:
        """
        Add what `/export` has sent, wholly or not at all.

        RDF has the content type `application/n-quads`.
        """
        identity = identity_of(http)
        identity.need("admin")
        body = await http.body()
        is_rdf = http.headers.get("content-type", "").startswith("application/n-quads")

        def added(mind: Mind) -> int:
            if is_rdf:
                return mind.import_rdf(io.StringIO(body.decode("utf-8")))
            return mind.import_from(io.BytesIO(body))

        return Imported(new=await service.do(identity, added))

    return routes


def _filter(text: str | None) -> Any:
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError) as error:
        raise RequestError(f"filter is no JSON: {error}") from error


def _exported(memory: Memory, form: str) -> tempfile.SpooledTemporaryFile[bytes]:
    """Return a file with the export; a large one is on the disk, without a name, until it is closed."""
    file = tempfile.SpooledTemporaryFile[bytes](max_size=_IN_RAM)
    text = io.TextIOWrapper(file, encoding="utf-8", newline="\n")  # type: ignore[type-var]
    if form == "jsonl":
        memory.export_to(text)
    else:
        memory.export_rdf(text)
    text.flush()
    text.detach()
    file.seek(0)
    return file


def _blocks(file: tempfile.SpooledTemporaryFile[bytes]) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block
