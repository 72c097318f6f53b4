"""
A Qdrant server: one collection for a memory, with the crystals themselves as payload.

Each point is a crystal: its id, its vector, and what others may want to see or filter by:

    {"scene": "(b / build …)", "sources": [{"text": …, "language": …, "source": …, "time": …}], "learned": …}

The metadata say which memory the collection belongs to, how its vectors were encoded, and up to which change
it is complete. While it is being changed, they say that it is complete up to no change: if the process is
killed then, the collection is made again. A collection of another memory is never written to.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Generator, Sequence
from contextlib import contextmanager
from typing import Any, Self, cast, final

from scenograph.errors import MissingExtraError, StoreError
from scenograph.memory.index.sealed import MissingIndexError, StaleIndexError
from scenograph.memory.index.vector_index import Truth, VectorIndex, best, in_order
from scenograph.memory.index.vectors import DIMENSIONS, Vectors
from scenograph.memory.records import Watermark
from scenograph.memory.store.rows import chunks

try:
    from qdrant_client import QdrantClient, models
    from qdrant_client.http.exceptions import ApiException, ResponseHandlingException, UnexpectedResponse
except ImportError as error:
    raise MissingExtraError("qdrant-client", "qdrant", error) from error

_KEY = "scenograph"  # in the metadata of a collection
_UPSERT = 256  # points sent at once: 5 MB as JSON
_ASKED = 1000  # points asked for at once
_TIMEOUT = 60  # seconds


def connect(server: str, prefix: str = "") -> QdrantClient:
    """
    A connection to the server at this URL; nothing is asked of it yet.

    A key for it is read from the environment, QDRANT_API_KEY.
    """
    key = os.environ.get("QDRANT_API_KEY") or None
    return QdrantClient(
        url=server, prefix=prefix or None, api_key=key, timeout=_TIMEOUT, check_compatibility=False
    )


@final
class ServerIndex(VectorIndex):
    """
    Vectors in a collection of a Qdrant server.

    Args:
        client: the connection
        collection: its name
        truth: the memory it is derived from
    """

    lives_elsewhere = True

    def __init__(self, client: QdrantClient, collection: str, truth: Truth) -> None:
        super().__init__(truth)
        self._client = client
        self._collection = collection
        self._where = f"the collection {collection} at {client.init_options.get('url') or 'this place'}"

    @classmethod
    def open(cls, client: QdrantClient, collection: str, truth: Truth) -> Self:
        """
        Use a collection as it is.

        Raises:
            UnusableIndexError: if there is none, or its vectors are of another encoding or not complete
            StoreError: if it is another memory's, or the server does not answer
        """
        index = cls(client, collection, truth)
        with index._closed_if_it_fails():
            owner = index._owner()
            if owner is None:
                raise MissingIndexError(f"{index._where} is not there yet")
            if owner["fingerprint"] != truth.fingerprint.hex() or owner["seq"] is None:
                raise StaleIndexError(f"{index._where} is of another encoding, or was not completed")
        index.watermark = index.saved = Watermark(owner["seq"], owner["at"])
        return index

    @classmethod
    def create(cls, client: QdrantClient, collection: str, truth: Truth) -> Self:
        """
        Make the collection again.

        Raises:
            StoreError: if another memory's is there, or the server does not answer
        """
        index = cls(client, collection, truth)
        with index._closed_if_it_fails(), index._in_words():
            if index._owner() is not None:
                client.delete_collection(collection)
            client.create_collection(
                collection,
                vectors_config=models.VectorParams(
                    size=DIMENSIONS, distance=models.Distance.DOT, on_disk=True
                ),
                quantization_config=models.ScalarQuantization(
                    scalar=models.ScalarQuantizationConfig(type=models.ScalarType.INT8, always_ram=True)
                ),
                metadata=index._metadata(None),
            )
        return index

    def __len__(self) -> int:
        with self._in_words():
            return self._client.count(self._collection, exact=True).count

    @property
    def ids(self) -> set[int]:
        found: set[int] = set()
        offset: Any = None
        while True:
            with self._in_words():
                records, offset = self._client.scroll(
                    self._collection, limit=10 * _ASKED, offset=offset, with_payload=False
                )
            found.update(int(record.id) for record in records)
            if offset is None:
                return found

    def add(self, ids: Sequence[int], vectors: Vectors) -> None:
        self._unsave()
        rows = dict(zip(ids, vectors, strict=True))
        for some in chunks(ids, _UPSERT):
            stated = self.truth.payloads(some)
            points = [models.PointStruct(id=i, vector=rows[i].tolist(), payload=stated.get(i)) for i in some]
            with self._in_words():
                self._client.upsert(self._collection, points, wait=True)

    def remove(self, ids: Collection[int]) -> None:
        if ids:
            self._unsave()
            with self._in_words():
                self._client.delete(self._collection, models.PointIdsList(points=list(ids)), wait=True)

    def update_payloads(self, ids: Sequence[int]) -> None:
        for crystal, stated in self.truth.payloads(ids).items():
            with self._in_words():
                self._client.overwrite_payload(self._collection, stated, points=[crystal], wait=True)

    def search(self, cue: Vectors, k: int) -> dict[int, float]:
        if k <= 0 or not cue.any():
            return {}
        return self._query(cue, k, None)

    def similarities(self, cue: Vectors, ids: Sequence[int]) -> dict[int, float]:
        found: dict[int, float] = {}
        for some in chunks(ids, _ASKED):
            found |= self._query(cue, len(some), models.Filter(must=[models.HasIdCondition(has_id=[*some])]))
        return {crystal: found.get(crystal, 0.0) for crystal in ids}

    def _query(self, cue: Vectors, k: int, among: models.Filter | None) -> dict[int, float]:
        with self._in_words():
            answer = self._client.query_points(
                self._collection,
                query=cue[0].tolist(),
                query_filter=among,
                search_params=models.SearchParams(
                    exact=among is not None,
                    quantization=models.QuantizationSearchParams(rescore=True, oversampling=2.0),
                ),
                limit=k,
                with_payload=False,
            )
        return best({int(point.id): point.score for point in answer.points}, k)

    def vectors(self, ids: Sequence[int]) -> Vectors:
        rows: dict[int, list[float]] = {}
        for some in chunks(ids, _ASKED):
            with self._in_words():
                for record in self._client.retrieve(
                    self._collection, some, with_payload=False, with_vectors=True
                ):
                    rows[int(record.id)] = cast(list[float], record.vector)
        return in_order(rows, ids)

    def save(self) -> None:
        with self._in_words():
            self._client.update_collection(self._collection, metadata=self._metadata(self.watermark))
        self.saved = self.watermark

    def close(self) -> None:
        self._client.close()

    def _unsave(self) -> None:
        """From here on the collection may differ from every state that the memory was in."""
        if self.saved is not None:
            with self._in_words():
                self._client.update_collection(self._collection, metadata=self._metadata(None))
            self.saved = None

    def _owner(self) -> dict[str, Any] | None:
        """What the collection says of itself, None if there is none; another memory's is an error."""
        with self._in_words():
            if not self._client.collection_exists(self._collection):
                return None
            metadata = self._client.get_collection(self._collection).config.metadata or {}
        owner = metadata.get(_KEY)
        if not isinstance(owner, dict) or owner.get("uuid") != self.truth.uuid.hex():
            raise StoreError(
                f"{self._where} is not of this memory; choose another name, or delete it yourself"
            )
        return {"fingerprint": None, "seq": None, "at": None, **owner}

    def _metadata(self, mark: Watermark | None) -> dict[str, Any]:
        seq, at = mark if mark is not None else (None, None)
        truth = self.truth
        return {
            _KEY: {"uuid": truth.uuid.hex(), "fingerprint": truth.fingerprint.hex(), "seq": seq, "at": at}
        }

    @contextmanager
    def _closed_if_it_fails(self) -> Generator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    @contextmanager
    def _in_words(self) -> Generator[None]:
        """Say what failed in one line, as our own error."""
        try:
            yield
        except ResponseHandlingException as error:
            raise StoreError(f"{self._where} cannot be reached: {error.source}; is the server up?") from error
        except UnexpectedResponse as error:
            reason = " ".join(error.content.decode(errors="replace").split())[:200]
            raise StoreError(f"{self._where}: the server answered {error.status_code}: {reason}") from error
        except (ApiException, ValueError, OSError) as error:
            raise StoreError(f"{self._where} failed: {error}") from error
