"""Every error Dateline raises on purpose, as one small tree.

    DatelineError
    ├── InputError            a file, folder or address that cannot be used
    │   ├── NothingFound      there is no release in what was given
    │   └── Rejected          one input that was read and refused, with a reason
    ├── QuestionError         a question that cannot be asked (empty, too long, bad filter)
    ├── LibraryError          a library folder that cannot be used as it is
    │   ├── LibraryNotFound   no library there
    │   ├── NotALibrary       the folder holds something else
    │   ├── LibraryLocked     another writer is at work
    │   ├── LibraryDamaged    stored data does not agree with itself
    │   ├── LibraryTooNew     written by a later version of Dateline
    │   └── StorageFailed     the disk refused: full, read-only, no file handles
    ├── ModelError            the embedding model cannot be loaded or used
    │   └── ModelMismatch     the library was built with another model
    ├── CitationError         a quotation that is not in its release; it is never shown
    └── WriterError           the language model that was asked to word an answer cannot be used

Each message says what happened and, where there is one, the command that mends it.
"""

from __future__ import annotations


class DatelineError(Exception):
    """Root of the tree: catch this to catch everything raised on purpose."""


class InputError(DatelineError):
    """A file, folder or address that cannot be used."""


class NothingFound(InputError):
    """What was given holds no release."""


class Rejected(InputError):
    """One input was read and refused; the message is the reason kept in the ledger."""


class QuestionError(DatelineError):
    """A question that cannot be asked: empty, too long, or with a filter that is not one."""


class LibraryError(DatelineError):
    """A library folder that cannot be used as it is."""


class LibraryNotFound(LibraryError):
    """There is no library at that path."""


class NotALibrary(LibraryError):
    """The folder holds something that is not a Dateline library."""


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class LibraryDamaged(LibraryError):
    """Stored data does not agree with itself."""


class LibraryTooNew(LibraryError):
    """The library was written by a later version of Dateline."""


class StorageFailed(LibraryError):
    """The disk refused a read or a write: full, read-only, or out of file handles."""


class ModelError(DatelineError):
    """The embedding model cannot be loaded or used."""


class ModelMismatch(ModelError):
    """The library was built with another model."""


class CitationError(DatelineError):
    """A quotation that does not stand in its release; such a citation is never shown."""


class WriterError(DatelineError):
    """The language model that was asked to word an answer cannot be used, or did not answer."""
