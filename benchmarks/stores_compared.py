"""One story told to three stores: Dateline, and the FAISS stores of LangChain and LlamaIndex.

    python benchmarks/stores_compared.py

Documents are added, one is edited, one deleted, one deleted and added again; then filtered searches
are compared with brute force over the documents that are there. What a store gets wrong is printed.
The other stores are optional: pip install langchain-community llama-index-vector-stores-faiss
(best in an environment of their own, next to this package's requirements). All of them get the same
vectors, worked out from the words of a text.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np

DIMENSION = 64
COUNT = 400
QUESTIONS = [
    f"how many {item} were counted near pier {n}" for n in range(25) for item in ("buoys",)
]
_PLACES = 50  # so that a filter on one place allows 2% of the documents


def embed(text: str) -> np.ndarray:
    """A hashed bag of words of unit length, shape (64,)."""
    vector = np.zeros(DIMENSION, dtype=np.float32)
    for word in re.findall(r"\w+", text.lower()):
        digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
        vector[int.from_bytes(digest) % DIMENSION] += 1
    return vector / np.linalg.norm(vector)


def document(number: int, edition: int = 1) -> tuple[str, str, str]:
    """Name, text and place of one document."""
    place = f"Port {number % _PLACES}"
    words = f"Crews at {place} counted {number} buoys near pier {number % 31}. Edition {edition}."
    return f"doc-{number}.md", words, place


class Wrong:
    """Counts what a store gets wrong, by kind."""

    def __init__(self) -> None:
        self.kinds: dict[str, int] = {}

    def note(self, kind: str, times: int = 1) -> None:
        """Count it."""
        if times:
            self.kinds[kind] = self.kinds.get(kind, 0) + times


def expected(there: dict[str, tuple[str, str]], question: str, k: int, place: str) -> list[str]:
    """Texts of the k best by brute force."""
    vector = embed(question)
    pool = [text for text, where in there.values() if not place or where == place]
    return sorted(pool, key=lambda text: -float(embed(text) @ vector))[:k]


def judge(
    wrong: Wrong, step: str, there: dict[str, tuple[str, str]], search: Callable[..., list[str]]
) -> None:
    """Compare searches, with and without a filter, with brute force."""
    texts = {text for text, _ in there.values()}
    for number, question in enumerate(QUESTIONS):
        for place in ("", f"Port {number}"):
            kind = "filtered search" if place else "search"
            try:
                found = search(question, 5, place)
            except Exception as error:
                why = "" if isinstance(error, KeyError) else f": {str(error)[:60]}"
                wrong.note(f"{step}: {kind} fails with {type(error).__name__}{why}")
                continue
            right = expected(there, question, 5, place)
            scores = [float(embed(text) @ embed(question)) for text in found]
            best = [float(embed(text) @ embed(question)) for text in right]
            wrong.note(f"{step}: {kind} returned text that is gone", len(set(found) - texts))
            if len(found) < len(right):
                wrong.note(f"{step}: {kind} returned too few")
            elif not np.allclose(scores, best, atol=2e-3):
                wrong.note(f"{step}: {kind} missed better documents")


def tell(store: object, wrong: Wrong) -> None:
    """The story. A store has put, edit, delete, search and reopen."""
    there = {}
    for number in range(COUNT):
        name, text, place = document(number)
        there[name] = (text, place)
    steps: list[tuple[str, Callable[[], None]]] = [
        ("after adding", lambda: store.put(there)),
        ("after an edit", lambda: edit(store, there, 7)),
        ("after a deletion", lambda: delete(store, there, 12)),
        ("after adding it again", lambda: again(store, there, 12)),
        ("after deleting 50", lambda: [delete(store, there, n) for n in range(100, 150)]),
        ("after adding 20 more", lambda: [again(store, there, n) for n in range(400, 420)]),
        ("after reopening", lambda: store.reopen()),
        ("after adding all again", lambda: store.put(there)),
    ]
    for step, act in steps:
        try:
            act()
        except Exception as error:
            wrong.note(f"{step}: fails with {type(error).__name__}: {str(error)[:70]}")
        judge(wrong, step, there, store.search)


def edit(store: object, there: dict[str, tuple[str, str]], number: int) -> None:
    name, text, place = document(number, edition=2)
    there[name] = (text, place)
    store.edit(name, text, place)


def delete(store: object, there: dict[str, tuple[str, str]], number: int) -> None:
    name = document(number)[0]
    del there[name]
    store.delete(name)


def again(store: object, there: dict[str, tuple[str, str]], number: int) -> None:
    name, text, place = document(number)
    there[name] = (text, place)
    store.put({name: (text, place)})


class Dateline:
    """This package, through files and `add` and `sync`, as it is used."""

    packages = ()

    def __init__(self, folder: Path) -> None:
        self.files, self.place = folder / "files", folder / "library"
        self.files.mkdir()
        self.library = self._open(create=True)

    def _open(self, create: bool = False) -> object:
        from embeddings.library import Library

        class Words:
            name, precision, dimension, fingerprint = "words", "float32", DIMENSION, "words"

            def encode(self, texts: Sequence[str], progress: object = None) -> np.ndarray:
                return np.stack([embed(text) for text in texts])

            encode_queries = encode

        return Library.open(self.place, create=create, encoder=Words())

    def put(self, documents: dict[str, tuple[str, str]]) -> None:
        """Add documents, by name."""
        for name, (text, place) in documents.items():
            self.edit(name, text, place, sync=False)
        self.library.sync(self.files)

    def edit(self, name: str, text: str, place: str, sync: bool = True) -> None:
        """Replace one."""
        # All have the same title: only the text is to count here.
        number = int(re.findall(r"\d+", name)[0])
        day = np.datetime64("1990-01-01") + 5 * number
        head = f"---\ntitle: Weekly notice\ndate: {day}\nplace: {place}\n---\n\n"
        (self.files / name).write_text(f"{head}{text}\n")
        if sync:
            self.library.sync(self.files)

    def delete(self, name: str) -> None:
        """Take one out."""
        (self.files / name).unlink()
        self.library.sync(self.files)

    def search(self, question: str, k: int, place: str) -> list[str]:
        """Texts of the k best."""
        from embeddings.types import Filters

        where = Filters(places=(place,)) if place else Filters()
        ids, _ = self.library.dense(embed(question), k, where)
        return [passage.text for passage in self.library.passages(ids)]

    def reopen(self) -> None:
        """Write to disk, forget, and read again."""
        self.library.close()
        self.library = self._open()


class LangChain:
    """langchain_community.vectorstores.FAISS, with its own ids and metadata filter."""

    packages = ("langchain-community",)

    def __init__(self, folder: Path) -> None:
        import faiss
        from langchain_community.docstore.in_memory import InMemoryDocstore
        from langchain_community.vectorstores import FAISS
        from langchain_core.embeddings import Embeddings

        class Words(Embeddings):
            def embed_documents(self, texts: list[str]) -> list[list[float]]:
                return [embed(text).tolist() for text in texts]

            def embed_query(self, text: str) -> list[float]:
                return embed(text).tolist()

        self.words, self.kind, self.folder = Words(), FAISS, folder
        self.store = FAISS(self.words, faiss.IndexFlatL2(DIMENSION), InMemoryDocstore(), {})

    def put(self, documents: dict[str, tuple[str, str]]) -> None:
        """Add documents, by name."""
        self.store.add_texts(
            [text for text, _ in documents.values()],
            [{"place": place} for _, place in documents.values()],
            ids=list(documents),
        )

    def edit(self, name: str, text: str, place: str) -> None:
        """Replace one."""
        self.store.delete([name])
        self.put({name: (text, place)})

    def delete(self, name: str) -> None:
        """Take one out."""
        self.store.delete([name])

    def search(self, question: str, k: int, place: str) -> list[str]:
        """Texts of the k best."""
        where = {"place": place} if place else None
        found = self.store.similarity_search(question, k=k, filter=where)
        return [document.page_content for document in found]

    def reopen(self) -> None:
        """Write to disk, forget, and read again."""
        self.store.save_local(str(self.folder))
        self.store = self.kind.load_local(
            str(self.folder), self.words, allow_dangerous_deserialization=True
        )


class LlamaIndex:
    """llama_index FaissMapVectorStore (the one that can delete) under a VectorStoreIndex."""

    packages = ("llama-index-core", "llama-index-vector-stores-faiss")

    def __init__(self, folder: Path) -> None:
        import faiss
        from llama_index.core import StorageContext, VectorStoreIndex
        from llama_index.core.embeddings import BaseEmbedding
        from llama_index.vector_stores.faiss import FaissMapVectorStore

        class Words(BaseEmbedding):
            def _get_text_embedding(self, text: str) -> list[float]:
                return embed(text).tolist()

            _get_query_embedding = _get_text_embedding

            async def _aget_query_embedding(self, query: str) -> list[float]:
                return embed(query).tolist()

        self.folder, self.words = folder, Words()
        store = FaissMapVectorStore(faiss.IndexIDMap2(faiss.IndexFlatL2(DIMENSION)))
        self.index = VectorStoreIndex(
            [], storage_context=StorageContext.from_defaults(vector_store=store),
            embed_model=self.words,
        )  # fmt: skip

    def put(self, documents: dict[str, tuple[str, str]]) -> None:
        """Add documents, by name."""
        from llama_index.core.schema import TextNode

        self.index.insert_nodes(
            [
                TextNode(text=text, id_=name, metadata={"place": place},
                         excluded_embed_metadata_keys=["place"])
                for name, (text, place) in documents.items()
            ]
        )  # fmt: skip

    def edit(self, name: str, text: str, place: str) -> None:
        """Replace one."""
        self.delete(name)
        self.put({name: (text, place)})

    def delete(self, name: str) -> None:
        """Take one out."""
        self.index.delete_nodes([name], delete_from_docstore=True)

    def search(self, question: str, k: int, place: str) -> list[str]:
        """Texts of the k best."""
        from llama_index.core.vector_stores import MetadataFilter, MetadataFilters

        where = MetadataFilters(filters=[MetadataFilter(key="place", value=place)])
        retriever = self.index.as_retriever(similarity_top_k=k, filters=where if place else None)
        return [found.node.get_content() for found in retriever.retrieve(question)]

    def reopen(self) -> None:
        """Write to disk, forget, and read again."""
        import faiss
        from llama_index.core import StorageContext, load_index_from_storage
        from llama_index.vector_stores.faiss import FaissMapVectorStore

        assert faiss
        self.index.storage_context.persist(str(self.folder))
        store = FaissMapVectorStore.from_persist_dir(str(self.folder))
        context = StorageContext.from_defaults(vector_store=store, persist_dir=str(self.folder))
        self.index = load_index_from_storage(context, embed_model=self.words)


def main() -> None:
    """Tell the story to every store that is installed, and print what each got wrong."""
    for kind in (Dateline, LangChain, LlamaIndex):
        try:
            named = ", ".join(f"{name} {version(name)}" for name in kind.packages)
        except PackageNotFoundError as error:
            print(f"\n{kind.__name__}: {error.name} is not installed")
            continue
        wrong = Wrong()
        with tempfile.TemporaryDirectory() as folder:
            tell(kind(Path(folder)), wrong)
        print(f"\n{kind.__name__}{f' ({named})' if named else ''}")
        for what, times in wrong.kinds.items():
            print(f"  {times:4} x {what}")
        if not wrong.kinds:
            print("  nothing wrong")
    searches = 2 * len(QUESTIONS)
    print(f"\n{COUNT} documents, {searches} searches a step, half of them in 2% of the documents")


if __name__ == "__main__":
    main()
