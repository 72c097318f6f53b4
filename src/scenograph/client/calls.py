"""
What a service can be asked: each function makes a call, and says what its result is.

The functions have the names, the arguments and the defaults of the requests over HTTP. `Client` and
`AsyncClient` send what they make; nothing is written twice.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar, final

from scenograph.answers.answer import Answer
from scenograph.core import Scene
from scenograph.memory import Change, Contradiction, Crystal, Filter, Forgotten, Hit, SourceTotal, Stats
from scenograph.memory.labels import Scalar
from scenograph.readers.reading import Reading
from scenograph.realiser.utterance import Utterance
from scenograph.service.operations.memory import Correction, ForgottenAll, NamespaceInfo, Stored
from scenograph.service.operations.speech import Translation

T = TypeVar("T")
Moment = date | datetime
Filtered = Filter | Mapping[str, Any]


@final
@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """
    A request, and the type of its result.

    Attributes:
        path: where to
        result: what the answer is
        body: the JSON value to post; None: the answer is got
        query: what follows the path
    """

    path: str
    result: Any
    body: Mapping[str, Any] | None = None
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])


def read(text: str | bytes, *, language: str | None = None) -> Call[Reading]:
    """Read a text, or the content of a picture, into a scene."""
    return _post("read", Reading, **_given(text), language=language)


def speak(
    scene: Scene | str,
    *,
    style: str = "plain",
    language: str = "en",
    surface: str = "text",
    guard: bool = True,
) -> Call[Utterance]:
    """Speak a scene."""
    return _post(
        "speak", Utterance, scene=str(scene), style=style, language=language, surface=surface, guard=guard
    )


def translate(
    given: Scene | str, *, into: str = "en", style: str = "plain", surface: str = "text"
) -> Call[Translation]:
    """Say a text or a scene in another language or style, by way of its scene."""
    return _post("translate", Translation, **_given(given), into=into, style=style, surface=surface)


def remember(
    given: Scene | str | bytes,
    *,
    source: str | None = None,
    language: str | None = None,
    speaker: str | None = None,
    hearer: str | None = None,
    date: Moment | None = None,
    markup: str | None = None,
    tags: Collection[str] = (),
    metadata: Mapping[str, Scalar] | None = None,
    expires: Moment | None = None,
    namespace: str | None = None,
) -> Call[list[Stored]]:
    """
    Store a text sentence by sentence, a scene, or the content of a picture.

    Once this is answered, it is safe on the disk.
    """
    return _post(
        "remember",
        list[Stored],
        **_given(given),
        source=source,
        language=language,
        speaker=speaker,
        hearer=hearer,
        date=date,
        markup=markup,
        tags=list(tags) or None,
        metadata=metadata or None,
        expires=expires,
        namespace=namespace,
    )


def recall(
    cue: Scene | str,
    *,
    k: int = 10,
    at: Moment | None = None,
    known: Moment | None = None,
    filter: Filtered | None = None,  # noqa: A002  (as the request has it)
    least: float = 0.0,
    skip: int = 0,
    expired: bool = False,
    namespace: str | None = None,
) -> Call[list[Hit]]:
    """Find scenes by a text or by part of a scene, the strongest resonance first."""
    return _post(
        "recall",
        list[Hit],
        **_given(cue),
        k=k,
        at=at,
        known=known,
        filter=_filter(filter),
        least=least,
        skip=skip,
        expired=expired,
        namespace=namespace,
    )


def recall_many(
    cues: Sequence[Scene | str],
    *,
    k: int = 10,
    at: Moment | None = None,
    known: Moment | None = None,
    filter: Filtered | None = None,  # noqa: A002  (as the request has it)
    least: float = 0.0,
    expired: bool = False,
    namespace: str | None = None,
) -> Call[list[list[Hit]]]:
    """Find scenes by each of many cues, over one state of the memory."""
    return _post(
        "recall_many",
        list[list[Hit]],
        cues=[_given(it) for it in cues],
        k=k,
        at=at,
        known=known,
        filter=_filter(filter),
        least=least,
        expired=expired,
        namespace=namespace,
    )


def list_crystals(
    *,
    words: str | None = None,
    filter: Filtered | None = None,  # noqa: A002  (as the request has it)
    after: int = 0,
    limit: int = 100,
    expired: bool = False,
    namespace: str | None = None,
) -> Call[list[Crystal]]:
    """List crystals and unread texts in order of their numbers, believed or not."""
    return _post(
        "list_crystals",
        list[Crystal],
        words=words,
        filter=_filter(filter),
        after=after,
        limit=limit,
        expired=expired,
        namespace=namespace,
    )


def ask(
    question: str,
    *,
    style: str = "plain",
    language: str | None = None,
    speaker: str | None = None,
    filter: Filtered | None = None,  # noqa: A002  (as the request has it)
    inside: bool = False,
    namespace: str | None = None,
) -> Call[Answer]:
    """
    Answer a question from memory, with the crystals, grades and proofs that the answer rests on.

    *inside* asks the model to think inside the token stream; `thought` of the answer shows how.
    """
    return _post(
        "ask",
        Answer,
        inside=inside,
        question=question,
        style=style,
        language=language,
        speaker=speaker,
        filter=_filter(filter),
        namespace=namespace,
    )


def correct(
    crystal: int,
    by: Scene | str,
    *,
    source: str | None = None,
    language: str | None = None,
    namespace: str | None = None,
) -> Call[Correction]:
    """Replace a wrong crystal. The old one stays as what was believed, and is no longer recalled."""
    return _post(
        "correct",
        Correction,
        crystal=crystal,
        **_given(by),
        source=source,
        language=language,
        namespace=namespace,
    )


def forget(
    *crystals: int,
    source: str | None = None,
    source_id: int | None = None,
    filter: Filtered | None = None,  # noqa: A002  (as the request has it)
    expired: bool = False,
    namespace: str | None = None,
) -> Call[Forgotten]:
    """Remove crystals for good, what one source stated, what fulfils a filter, or what has expired."""
    return _post(
        "forget",
        Forgotten,
        crystals=list(crystals),
        source=source,
        source_id=source_id,
        filter=_filter(filter),
        expired=expired,
        namespace=namespace,
    )


def forget_all(namespace: str) -> Call[ForgottenAll]:
    """Remove everything of a user, an agent or a session for good, in one step."""
    return _post("forget_all", ForgottenAll, namespace=namespace)


def namespaces(namespace: str | None = None) -> Call[list[NamespaceInfo]]:
    """List the namespaces that have a memory, all or those that lie in one."""
    return _post("namespaces", list[NamespaceInfo], namespace=namespace)


def show(crystal: int) -> Call[Crystal]:
    """Show a crystal with everything that is known of it."""
    return Call(f"/crystals/{crystal}", Crystal)


def history(crystal: int | None = None) -> Call[list[Change]]:
    """List what happened in memory, or to one crystal, in order."""
    return Call("/history", list[Change], query={} if crystal is None else {"crystal": crystal})


def contradictions(about: int | None = None, *, roles: Sequence[str] = ()) -> Call[list[Contradiction]]:
    """List crystals that cannot all be true."""
    query = {"role": list(roles)} | ({} if about is None else {"about": about})
    return Call("/contradictions", list[Contradiction], query=query)


def sources() -> Call[list[SourceTotal]]:
    """List the named sources of memory, such as documents."""
    return Call("/sources", list[SourceTotal])


def stats() -> Call[Stats]:
    """Show figures of memory."""
    return Call("/stats", Stats)


def _post(operation: str, result: Any, **given: Any) -> Call[Any]:
    body = {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in given.items()
        if value is not None
    }
    return Call(f"/{operation}", result, body)


def _given(it: Scene | str | bytes) -> dict[str, str]:
    if isinstance(it, bytes):
        from scenograph.carriers.vision import picture_kind

        kind = picture_kind(it) or "image/svg+xml"
        return {"picture": f"data:{kind};base64,{b64encode(it).decode()}"}
    return {"text": it} if isinstance(it, str) else {"scene": it.format(indent=None)}


def _filter(given: Filtered | None) -> Any:
    return given.to_json() if isinstance(given, Filter) else given
