"""The collections of a published library, and their names.

`name` is an alias. It stands for `name_000007`, the passages of the seventh build; the releases and
the facts of that build are in `name_000007_records`. A build is written once and never changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from embeddings.milvus_records import LABELS

TERMS = 4_096  # most different words and pairs of one passage; Milvus allows no longer array
_TEXT = 65_535  # most bytes of a text in Milvus

# As in `embeddings.index`.
_NEIGHBOURS = 16
_BUILD_BREADTH = 64


def build_name(name: str, number: int) -> str:
    """The collection of a build's passages."""
    return f"{name}_{number:06}"


def records_name(build: str) -> str:
    """The collection of a build's releases and facts."""
    return f"{build}_records"


def build_number(build: str) -> int:
    """The number in a build's name."""
    return int(build.rsplit("_", 1)[-1])


def builds_of(name: str, collections: Iterable[str]) -> dict[str, int]:
    """The collections that belong to builds of a library, each with its build's number."""
    pattern = re.compile(rf"{re.escape(name)}_(\d{{6,}})(?:_records)?", re.ASCII)
    found = ((one, pattern.fullmatch(one)) for one in collections)
    return {one: int(match[1]) for one, match in found if match}


def passages_schema(dimension: int, *, sparse: bool) -> Any:  # noqa: ANN401
    """One row a passage that is searched; `id` is its number in the library.

    `vector` is the index vector (`embeddings.vectors`), `terms` the numbers of its words and pairs.
    Their BM25 weights are in `words`, a sparse vector, or where the server knows none beside the
    terms in `weights`.
    """
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field("terms", DataType.ARRAY, element_type=DataType.INT64, max_capacity=TERMS)
    if sparse:
        schema.add_field("words", DataType.SPARSE_FLOAT_VECTOR)
    else:
        schema.add_field("weights", DataType.ARRAY, element_type=DataType.FLOAT, max_capacity=TERMS)
    _filter_fields(schema)
    for field in ("release", "start", "end"):
        schema.add_field(field, DataType.INT64)
    for field in ("release_id", "text", "title", "source", "issued"):
        schema.add_field(field, DataType.VARCHAR, max_length=_TEXT)
    return schema


def passages_indexes(*, sparse: bool, graph: bool) -> Any:  # noqa: ANN401
    """Exact search by inner product, or with `graph` an HNSW graph; sparse search is exact."""
    from pymilvus import MilvusClient

    indexes = MilvusClient.prepare_index_params()
    if graph:
        indexes.add_index(
            "vector",
            index_type="HNSW",
            metric_type="IP",
            params={"M": _NEIGHBOURS, "efConstruction": _BUILD_BREADTH},
        )
    else:
        indexes.add_index("vector", index_type="FLAT", metric_type="IP", params={})
    if sparse:
        indexes.add_index("words", index_type="SPARSE_INVERTED_INDEX", metric_type="IP", params={})
    return indexes


def records_schema() -> Any:  # noqa: ANN401
    """Rows of `embeddings.milvus_records`, numbered from 1."""
    from pymilvus import DataType, MilvusClient

    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("id", DataType.INT64, is_primary=True)
    schema.add_field("blank", DataType.FLOAT_VECTOR, dim=2)
    _filter_fields(schema)
    for field in ("kind", "key", "part", "release", "cluster", "first", "title"):
        schema.add_field(field, DataType.INT64)
    schema.add_field("release_id", DataType.VARCHAR, max_length=64)
    schema.add_field("content", DataType.VARCHAR, max_length=_TEXT)
    return schema


def records_indexes() -> Any:  # noqa: ANN401
    """What Milvus needs to load the records."""
    from pymilvus import MilvusClient

    indexes = MilvusClient.prepare_index_params()
    indexes.add_index("blank", index_type="FLAT", metric_type="IP", params={})
    return indexes


def _filter_fields(schema: Any) -> None:  # noqa: ANN401
    from pymilvus import DataType

    schema.add_field("date", DataType.INT64)
    schema.add_field("labels", DataType.ARRAY, element_type=DataType.INT64, max_capacity=LABELS)
    schema.add_field("release_key", DataType.INT64)
