"""The tables of `dateline.db`, as numbered migrations.

`PRAGMA user_version` holds the number of the last migration that ran. A migration is never edited
once released; a change to the tables is a new one at the end.

    inputs     the ledger: what each file, member or record became
    files      size, time and sha256 of files that were taken in whole, so that they can be skipped
    releases   one row a distinct release; versions of one release share a `cluster`
    labels     sources, places and topics of releases, folded for filtering and counting
    passages   what is searched: those of the canonical release of each cluster
    words      full-text index over passages (FTS5, external content: the text is stored once)
    vectors    model and text hash to vector; shared by every passage with that text
    models     the encoders whose vectors are stored
    probes     a few fixed sentences as each model embedded them, to notice when it changes
    retiring   releases that an input let go of in the running update; settled when it ends
    removed    ids of passages that are gone, for readers that have them in memory
    settings   the library's identity, its version, the model in use
    feedback   what readers said about answers, with the question and what was cited
"""

from __future__ import annotations

import sqlite3

# "DTLN": lets `file` and Dateline itself tell a library from another SQLite database.
APPLICATION_ID = 0x44544C4E

_TABLES = """
CREATE TABLE settings (
    key TEXT PRIMARY KEY,
    value NOT NULL
) WITHOUT ROWID;

CREATE TABLE models (
    id INTEGER PRIMARY KEY,
    fingerprint TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    precision TEXT NOT NULL,
    dimension INTEGER NOT NULL
);

CREATE TABLE probes (
    model INTEGER NOT NULL REFERENCES models(id),
    text TEXT NOT NULL,
    value BLOB NOT NULL,
    PRIMARY KEY (model, text)
) WITHOUT ROWID;

CREATE TABLE vectors (
    id INTEGER PRIMARY KEY,
    model INTEGER NOT NULL REFERENCES models(id),
    key BLOB NOT NULL,
    value BLOB NOT NULL,
    checksum INTEGER NOT NULL,
    UNIQUE (model, key)
);

CREATE TABLE releases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    release_id TEXT NOT NULL UNIQUE,
    cluster INTEGER NOT NULL,
    canonical INTEGER NOT NULL,
    title TEXT NOT NULL,
    title_key BLOB NOT NULL,
    title_form BLOB NOT NULL,
    signature BLOB NOT NULL,
    text TEXT NOT NULL,
    date TEXT,
    issued TEXT NOT NULL,
    place TEXT NOT NULL,
    source TEXT NOT NULL,
    sources TEXT NOT NULL,
    topics TEXT NOT NULL,
    url TEXT NOT NULL,
    path TEXT NOT NULL,
    language TEXT NOT NULL,
    number TEXT NOT NULL,
    people TEXT NOT NULL,
    acronyms TEXT NOT NULL,
    origins TEXT NOT NULL,
    segments TEXT NOT NULL,
    checksum INTEGER NOT NULL
);
CREATE INDEX releases_cluster ON releases (cluster);
CREATE INDEX releases_date ON releases (date);
CREATE INDEX releases_title ON releases (title_form);

CREATE TABLE labels (
    release INTEGER NOT NULL REFERENCES releases(id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    folded TEXT NOT NULL,
    PRIMARY KEY (release, kind, value)
) WITHOUT ROWID;
CREATE INDEX labels_folded ON labels (kind, folded, release);

CREATE TABLE inputs (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    root TEXT NOT NULL,
    file TEXT NOT NULL,
    path TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    release INTEGER REFERENCES releases(id),
    reason TEXT NOT NULL,
    UNIQUE (root, path)
);
CREATE INDEX inputs_release ON inputs (release);
CREATE INDEX inputs_file ON inputs (root, file);

CREATE TABLE files (
    root TEXT NOT NULL,
    file TEXT NOT NULL,
    size INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    PRIMARY KEY (root, file)
) WITHOUT ROWID;

CREATE TABLE passages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    release INTEGER NOT NULL REFERENCES releases(id),
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    key BLOB NOT NULL
);
CREATE INDEX passages_release ON passages (release);

CREATE TABLE retiring (
    release INTEGER PRIMARY KEY
);

CREATE TABLE removed (
    passage INTEGER PRIMARY KEY,
    version INTEGER NOT NULL
);
CREATE INDEX removed_version ON removed (version);

CREATE VIEW passage_words AS
SELECT passages.id AS id,
       releases.title AS title,
       substr(releases.text, passages.start + 1, passages.end - passages.start) AS body,
       releases.source AS source,
       releases.issued AS issued
FROM passages JOIN releases ON releases.id = passages.release;

CREATE VIRTUAL TABLE words USING fts5 (
    title, body, source, issued,
    content = 'passage_words', content_rowid = 'id',
    tokenize = 'porter unicode61 remove_diacritics 2'
);
"""

_FEEDBACK = """
CREATE TABLE IF NOT EXISTS feedback (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    answer TEXT NOT NULL UNIQUE,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,
    remark TEXT NOT NULL,
    asked TEXT NOT NULL,
    question TEXT NOT NULL,
    filters TEXT NOT NULL,
    answered INTEGER NOT NULL,
    short TEXT NOT NULL,
    text TEXT NOT NULL,
    citations TEXT NOT NULL
);
"""

MIGRATIONS: tuple[str, ...] = (_TABLES, _FEEDBACK)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the database up to the newest tables, one transaction a migration.

    The caller holds the writer lock. A crash between two migrations leaves the earlier one in
    force, and the next call goes on from there.
    """
    for number in range(schema_version(connection), len(MIGRATIONS)):
        connection.executescript(
            f"BEGIN IMMEDIATE; {MIGRATIONS[number]} PRAGMA user_version = {number + 1}; COMMIT;"
        )


def schema_version(connection: sqlite3.Connection) -> int:
    """How many migrations have run on this database."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])
