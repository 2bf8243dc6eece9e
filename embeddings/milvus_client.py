"""A connection to Milvus: addresses, errors as ours, and reading more rows than one call gives.

    milvus+http://host:19530/name        a server; https too
    milvus+lite:///folder/file.db/name   milvus-lite, in a folder called file.db; one process only

The name is that of the published library. A server that asks for a password or token gets the one
in the environment variable DATELINE_MILVUS_TOKEN ("user:password" or a token).
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from embeddings.errors import LibraryError, LibraryNotFound, StorageFailed

if TYPE_CHECKING:
    from pymilvus import MilvusClient

PREFIX = "milvus+"
TOKEN = "DATELINE_MILVUS_TOKEN"
MOST = 16_384  # rows that Milvus returns in one answer
_WINDOW = 8_192  # numbers looked through at a time when there are more
_ADDRESS = re.compile(
    r"milvus\+(?:(?P<server>https?://[^/\s]+)|lite://(?P<file>.+\.db))/(?P<name>[A-Za-z_]\w{0,99})/?",
    re.ASCII,
)
_SPARSE_SINCE = (2, 4)
_PATIENCE = 60.0  # seconds for one answer; without a limit pymilvus goes on trying for minutes

Row = dict[str, Any]  # a field's name to its value, as pymilvus gives it


@dataclass(frozen=True, slots=True)
class Address:
    """Where a library is published: what pymilvus connects to, and the library's name there."""

    uri: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Address:
        """Read an address.

        Raises:
            LibraryNotFound: it is not one.
        """
        found = _ADDRESS.fullmatch(text)
        if found is None:
            raise LibraryNotFound(
                f"{text} is not the address of a published library. Write "
                "milvus+http://host:19530/name or milvus+lite:///folder/file.db/name; a name is "
                "made of letters, digits and underscores."
            )
        return cls(found["server"] or found["file"], found["name"])


def is_address(path: object) -> bool:
    """Whether this names a library on Milvus rather than a folder."""
    return isinstance(path, str) and path.startswith(PREFIX)


class Connection:
    """One client, whose errors come as ours. Safe to use from several threads."""

    def __init__(self, uri: str) -> None:
        """Connect.

        Raises:
            LibraryError: pymilvus (or milvus-lite) is not installed.
            StorageFailed: nobody answers there.
        """
        self.uri = uri
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise LibraryError(
                "A library on Milvus needs more packages. "
                "Run: pip install 'dateline-archive[milvus]'"
            ) from error
        # pymilvus writes each error to the log with its whole trace before it raises it.
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)
        with self._translated():
            token = os.environ.get(TOKEN, "")
            self.client: MilvusClient = MilvusClient(uri=uri, token=token, timeout=_PATIENCE / 6)
            self.has_sparse = _has_sparse(str(self.client.get_server_version()))

    def collections(self) -> list[str]:
        """The names of all collections."""
        with self._translated():
            return [str(name) for name in self.client.list_collections()]

    def behind(self, alias: str) -> str | None:
        """The collection that an alias stands for, or None when there is no such alias."""
        with self._translated():
            try:
                return str(self.client.describe_alias(alias, timeout=_PATIENCE)["collection_name"])
            except self._exception() as error:
                if "not found" in str(error) or "not exist" in str(error):
                    return None
                raise

    def point(self, alias: str, collection: str) -> None:
        """Make an alias stand for a collection from now on, in one step."""
        known = self.behind(alias) is not None
        with self._translated():
            if known:
                self.client.alter_alias(collection, alias)
            else:
                self.client.create_alias(collection, alias)

    def create(self, name: str, schema: Any) -> None:  # noqa: ANN401
        """Make an empty collection; `finish` indexes and loads it."""
        with self._translated():
            self.client.create_collection(name, schema=schema)

    def finish(self, name: str, indexes: Any) -> None:  # noqa: ANN401
        """Write everything out, build the indexes and load the collection for searching."""
        with self._translated():
            self.client.flush(name)
            self.client.create_index(name, indexes)
            self.client.load_collection(name)

    def load(self, name: str) -> None:
        """Have a collection ready to be searched; milvus-lite forgets that it was."""
        with self._translated():
            self.client.load_collection(name)

    def drop(self, name: str) -> None:
        """Delete a collection if it is there."""
        with self._translated():
            if self.client.has_collection(name):
                self.client.drop_collection(name)

    def insert(self, name: str, rows: Sequence[Row]) -> None:
        """Add rows."""
        with self._translated():
            self.client.insert(name, list(rows))

    def count(self, name: str) -> int:
        """How many rows a collection holds, everything counted that was written before."""
        with self._translated():
            found = self.client.query(
                name, filter="", output_fields=["count(*)"], consistency_level="Strong"
            )
            return int(found[0]["count(*)"])

    def rows(self, name: str, expression: str, fields: Sequence[str], last: int) -> list[Row]:
        """Every row an expression matches, in the order of their ids, which are 1 to `last`."""
        with self._translated():
            found = self._some(name, expression, fields)
            if len(found) == MOST:  # there may be more: go through them window by window
                found = []
                for low in range(0, last + 1, _WINDOW):
                    window = f"id >= {low} and id < {low + _WINDOW} and ({expression})"
                    found += self._some(name, window, fields)
        return sorted(found, key=lambda row: int(row["id"]))

    def _some(self, name: str, expression: str, fields: Sequence[str]) -> list[Row]:
        return list(
            self.client.query(
                name,
                filter=expression,
                output_fields=["id", *fields],
                limit=MOST,
                timeout=_PATIENCE,
            )
        )

    def search(
        self,
        name: str,
        field: str,
        vector: Sequence[float] | Mapping[int, float],
        k: int,
        expression: str,
        breadth: int = 0,
    ) -> list[tuple[int, float]]:
        """Ids and inner products of the k best rows, best first, then by id."""
        parameters: Row = {"metric_type": "IP"}
        if breadth:
            parameters["params"] = {"ef": breadth}
        with self._translated():
            found = self.client.search(
                name,
                data=[vector],
                anns_field=field,
                limit=min(k, MOST),
                filter=expression,
                search_params=parameters,
                output_fields=["id"],
                timeout=_PATIENCE,
            )
        hits = [(int(hit["id"]), float(hit["distance"])) for hit in found[0]]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def close(self) -> None:
        """Close the connection."""
        self.client.close()

    @staticmethod
    def _exception() -> type[Exception]:
        from pymilvus import exceptions

        found: type[Exception] = exceptions.MilvusException
        return found

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except self._exception() as error:
            said = " ".join(str(getattr(error, "message", error)).split())[:300]
            raise StorageFailed(f"Milvus at {self.uri} failed: {said}") from error


def _has_sparse(version: str) -> bool:
    """Servers before 2.4 have no sparse vectors, and 2.3 stops when it is given some."""
    numbers = re.search(r"v?(\d+)\.(\d+)", version)
    if version.startswith("milvus_lite") or numbers is None:
        return True
    return (int(numbers[1]), int(numbers[2])) >= _SPARSE_SINCE
