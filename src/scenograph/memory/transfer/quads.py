"""
A memory as RDF: N-Quads in which each crystal is a named graph, with what memory knows about it.

    @prefix memory: <urn:scenograph:memory:> .  # shortened, and written as TriG

    <urn:scenograph:crystal:9f…> a memory:Crystal ;
        prov:generatedAtTime "2026-01-31T12:00:00.000000+00:00"^^xsd:dateTime ;       # learned
        memory:seal "c4…" ;
        prov:wasDerivedFrom <…#source-1> ; memory:validity <…#validity-1> .
    <…#source-1> prov:value "Oleg leads …" ; dcterms:language "en" ; dcterms:source "book.txt" ;
        dcterms:created "2026-…"^^xsd:dateTime ;
        nif:beginIndex 120 ; nif:endIndex 141 ; memory:paragraph 2 ;                  # place in the source
        memory:labels "{\"tags\":[\"work\"]}" ; dcterms:valid "2027-…"^^xsd:dateTime ;    # until it expires
        memory:retention "1.0"^^xsd:double ; memory:method "plain" .
    <…#validity-1> memory:trueFrom "1990-…"^^xsd:dateTime ; prov:generatedAtTime "2026-…"^^xsd:dateTime ;
        prov:invalidatedAtTime "2026-…"^^xsd:dateTime ; memory:replacedBy <urn:scenograph:crystal:07…> .
    GRAPH <urn:scenograph:crystal:9f…> { _:s0n0 a concept:lead ; scene:root true ; … }

Seals are those of the JSON lines, and may be removed like those. A text that could not be read is a
`memory:UnreadText`. The first name in the document says its version, the last one counts the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import IO, cast

from scenograph.errors import RefusedError, SurfaceError
from scenograph.memory.labels import read_labels
from scenograph.memory.records import Measured, Method, Place, micros, moment
from scenograph.memory.store.measured import checked
from scenograph.memory.store.sources import Origin
from scenograph.memory.store.validity import Belief, Interval
from scenograph.memory.transfer.exchange import Moved, Replaced
from scenograph.memory.transfer.lines import seal_of
from scenograph.surfaces.quads import Iri, Literal, Named, Statement, format_quads, parse_quads
from scenograph.surfaces.rdf import RDF, XSD

VERSION = 5

CRYSTAL = "urn:scenograph:crystal:"
UNREAD = "urn:scenograph:unread:"
MEMORY = "urn:scenograph:memory:"
PROV = "http://www.w3.org/ns/prov#"
DCTERMS = "http://purl.org/dc/terms/"

NIF = "http://persistence.uni-leipzig.org/nlp2rdf/ontologies/nif-core#"

_TYPE = f"{RDF}type"
_TEXT, _LANGUAGE, _SOURCE = f"{PROV}value", f"{DCTERMS}language", f"{DCTERMS}source"
_HEARD = f"{DCTERMS}created"
_PLACE = (f"{NIF}beginIndex", f"{NIF}endIndex", f"{MEMORY}paragraph")
_SEAL = f"{MEMORY}seal"
_RETENTION, _METHOD = f"{MEMORY}retention", f"{MEMORY}method"
_LABELS, _EXPIRES = f"{MEMORY}labels", f"{DCTERMS}valid"
_KNOWN_FROM, _KNOWN_UNTIL = f"{PROV}generatedAtTime", f"{PROV}invalidatedAtTime"
_TRUE_FROM, _TRUE_UNTIL, _BY = f"{MEMORY}trueFrom", f"{MEMORY}trueUntil", f"{MEMORY}replacedBy"


# --- writing -----------------------------------------------------------------------------------------------


def write_quads(records: Iterable[Moved | Origin]) -> Iterator[str]:
    """
    Yield *records* as N-Quads, one after another.

    Raises:
        MissingExtraError: if pyoxigraph is not installed
    """
    return format_quads(_named(records))


def _named(records: Iterable[Moved | Origin]) -> Iterator[Named]:
    start, end = f"{MEMORY}start", f"{MEMORY}end"
    yield Named(start, (_number(start, "version", VERSION),))
    crystals = unread = 0
    for record in records:
        if isinstance(record, Moved):
            crystals += 1
            yield Named(CRYSTAL + record.digest.hex(), tuple(_crystal(record)), record.scene)
        else:
            unread += 1
            yield Named(f"{UNREAD}{unread}", tuple(_unread(record, f"{UNREAD}{unread}")))
    yield Named(end, (_number(end, "crystals", crystals), _number(end, "unread", unread)))


def _crystal(record: Moved) -> Iterator[Statement]:
    name = CRYSTAL + record.digest.hex()
    yield _iri(name, _TYPE, f"{MEMORY}Crystal")
    yield _time(name, _KNOWN_FROM, record.learned)
    yield _text(name, _SEAL, seal_of(record))
    for number, origin in enumerate(record.origins, 1):
        yield _iri(name, f"{PROV}wasDerivedFrom", f"{name}#source-{number}")
        yield from _source(f"{name}#source-{number}", origin)
    for number, (belief, by) in enumerate(record.beliefs, 1):
        row = f"{name}#validity-{number}"
        yield _iri(name, f"{MEMORY}validity", row)
        times = {
            _TRUE_FROM: belief.true.start,
            _TRUE_UNTIL: belief.true.end,
            _KNOWN_FROM: belief.known_from,
            _KNOWN_UNTIL: belief.known_until,
        }
        yield from (_time(row, of, time) for of, time in times.items() if time is not None)
        if by is not None:
            yield _iri(row, _BY, CRYSTAL + by.hex())


def _unread(origin: Origin, name: str) -> Iterator[Statement]:
    yield _iri(name, _TYPE, f"{MEMORY}UnreadText")
    yield _text(name, _SEAL, seal_of(origin))
    yield from _source(name, origin)


def _source(name: str, origin: Origin) -> Iterator[Statement]:
    said = zip((_TEXT, _LANGUAGE, _SOURCE), origin[:3], strict=True)
    yield from (_text(name, of, value) for of, value in said if value is not None)
    yield _time(name, _HEARD, origin.heard)
    if origin.place is not None:
        for of, number in zip(_PLACE, origin.place, strict=True):
            yield _text(name, of, str(number), "integer")
    if origin.labels is not None:
        yield _text(name, _LABELS, origin.labels)
    if origin.expires is not None:
        yield _time(name, _EXPIRES, origin.expires)
    if origin.measured is not None:
        yield _text(name, _RETENTION, repr(origin.measured.retention), "double")
        yield _text(name, _METHOD, origin.measured.method)


def _iri(subject: str, of: str, value: str) -> Statement:
    return Statement(subject, of, Iri(value))


def _text(subject: str, of: str, value: str, datatype: str = "string") -> Statement:
    return Statement(subject, of, Literal(value, XSD + datatype))


def _time(subject: str, of: str, time: int) -> Statement:
    return _text(subject, of, moment(time).isoformat(timespec="microseconds"), "dateTime")


def _number(subject: str, of: str, value: int) -> Statement:
    return _text(subject, MEMORY + of, str(value), "integer")


# --- reading -----------------------------------------------------------------------------------------------


def read_quads(file: IO[str]) -> Iterator[Moved | Origin]:
    """
    Undo `write_quads`.

    Raises:
        StoreError: naming the graph that is not one of an export or is damaged, or saying that some are
            missing
        MissingExtraError: if pyoxigraph is not installed
    """
    end: dict[str, str] | None = None
    counts = {"crystals": 0, "unread": 0}
    try:
        for position, named in enumerate(parse_quads(file)):
            stated = _Statements(named)
            if end is not None:
                raise RefusedError(f"{named.name} is after the end of the export; nothing was imported")
            if position == 0:
                _check_version(stated)
            elif named.name == f"{MEMORY}end":
                end = stated.texts(named.name)
            else:
                record = stated.record()
                counts["crystals" if isinstance(record, Moved) else "unread"] += 1
                yield record
    except SurfaceError as error:
        raise RefusedError(f"{error}; nothing was imported") from error
    if end != {MEMORY + what: str(count) for what, count in counts.items()}:
        raise RefusedError(
            f"the export is cut off or graphs are lost: {counts['crystals']} crystals and {counts['unread']} "
            "unread texts came before its end, which should count them; nothing was imported"
        )


def _check_version(stated: _Statements) -> None:
    version = stated.texts(f"{MEMORY}start").get(f"{MEMORY}version")
    if version is None:
        raise RefusedError(f"this is no export of a memory: it does not begin with {MEMORY}start")
    if version not in ("2", "3", "4", str(VERSION)):
        raise RefusedError(
            f"the export has version {version}, and this Scenograph reads 2 to {VERSION}; upgrade the package"
        )


class _Statements:
    """Statements about one name, by subject and property."""

    def __init__(self, named: Named) -> None:
        self._name = named.name
        self._scene = named.scene
        self._said: dict[str, dict[str, list[Iri | Literal]]] = {}
        for subject, of, value in named.about:
            self._said.setdefault(subject, {}).setdefault(of, []).append(value)

    def texts(self, subject: str) -> dict[str, str]:
        """Property → its only value of *subject*, as text."""
        said = self._said.get(subject, {})
        return {of: values[0][0] for of, values in said.items() if len(values) == 1}

    def record(self) -> Moved | Origin:
        """The record of this name."""
        try:
            record = self._crystal() if self._scene is not None else self._origin(self._name)
            sealed = self.texts(self._name).get(_SEAL)
        except (ValueError, KeyError, OverflowError) as error:
            raise RefusedError(
                f"{self._name} is not what an export says of a crystal or a text; nothing was imported"
            ) from error
        if sealed is not None and seal_of(record) != sealed:
            raise RefusedError(
                f"{self._name} is damaged: its seal is not that of what it says; nothing was imported"
            )
        return record

    def _crystal(self) -> Moved:
        stated = self.texts(self._name)
        scene = self._scene
        if scene is None or scene.digest.hex() != self._name.removeprefix(CRYSTAL):
            raise ValueError("the name of the graph is not the digest of its scene")
        return Moved(
            scene.digest,
            scene.canonical(),
            _micros(stated[_KNOWN_FROM]),
            tuple(map(self._origin, self._parts(f"{PROV}wasDerivedFrom"))),
            tuple(map(self._belief, self._parts(f"{MEMORY}validity"))),
        )

    def _parts(self, of: str) -> list[str]:
        return [value[0] for value in self._said[self._name].get(of, ())]

    def _origin(self, subject: str) -> Origin:
        stated = self.texts(subject)
        text, language, source = map(stated.get, (_TEXT, _LANGUAGE, _SOURCE))
        place = Place(*(int(stated[of]) for of in _PLACE)) if _PLACE[0] in stated else None
        labels = stated.get(_LABELS)
        read_labels(labels)  # checks it
        heard, expires = _micros(stated[_HEARD]), _optional(stated, _EXPIRES)
        measured = None
        if _RETENTION in stated:
            measured = checked(Measured(float(stated[_RETENTION]), cast("Method", stated.get(_METHOD))))
        return Origin(text, language, source, heard, place, labels, expires, measured)

    def _belief(self, subject: str) -> Replaced:
        stated = self.texts(subject)
        true = Interval(_optional(stated, _TRUE_FROM), _optional(stated, _TRUE_UNTIL))
        belief = Belief(true, _micros(stated[_KNOWN_FROM]), _optional(stated, _KNOWN_UNTIL))
        if not belief.is_possible:
            raise ValueError("it ends before it begins")
        by = stated.get(_BY)
        return Replaced(belief, None if by is None else bytes.fromhex(by.removeprefix(CRYSTAL)))


def _optional(stated: Mapping[str, str], of: str) -> int | None:
    return _micros(stated[of]) if of in stated else None


def _micros(text: str) -> int:
    return micros(datetime.fromisoformat(text))
