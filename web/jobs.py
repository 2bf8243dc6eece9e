"""Changing the library while readers ask: one piece of work at a time, in a thread of its own."""

from __future__ import annotations

import logging
import secrets
import threading
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from embeddings.errors import DatelineError, LibraryLocked, ModelError, StorageFailed
from embeddings.outcomes import Outcome
from embeddings.report import Progress, Report
from web.quota import RequestError

log = logging.getLogger("dateline.web")

Work = Callable[[Progress], tuple[Report, list[Outcome]]]

BUSY = "Somebody is changing the library just now; try again when that is done."
_KEPT = 50  # jobs that can still be asked about
_AT_ONCE = 1.0  # seconds in which a library that is locked says so


class Cancelled(Exception):
    """Raised inside a job, at its next step, once it is to stop."""


class Job:
    """One piece of work. `state` is "running", "done", "failed" or "cancelled".

    `stage`, `done` and `total` are as in `embeddings.report.Progress`; `sentence` says why it
    failed. Only who started it knows `id`.
    """

    def __init__(self, kind: str) -> None:
        self.id = secrets.token_urlsafe(16)
        self.kind = kind
        self.state = "running"
        self.stage, self.done, self.total = "starting", 0, 0
        self.sentence = ""
        self.report: Report | None = None
        self.outcomes: list[Outcome] = []
        self.error: BaseException | None = None
        self.cancelled = threading.Event()
        self.under_way = threading.Event()  # it has the library, or is over


class Jobs:
    """Runs jobs; a second one is refused at once while the first goes on."""

    def __init__(self) -> None:
        self.stopping: Callable[[], bool] = lambda: False  # whether the server is
        self._lock = threading.Lock()
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._running: Job | None = None

    @property
    def busy(self) -> bool:
        """Whether a job is running."""
        return self._running is not None

    def start(self, kind: str, work: Work) -> Job:
        """Begin a job and return it while it runs.

        Raises RequestError with status 409 when this server or another process is writing.
        """
        job = Job(kind)
        with self._lock:
            if self._running is not None:
                raise RequestError(409, BUSY)
            self._running = job
            self._jobs[job.id] = job
            if len(self._jobs) > _KEPT:
                self._jobs.popitem(last=False)
        threading.Thread(target=self._run, args=(job, work), name=f"job {kind}").start()
        job.under_way.wait(_AT_ONCE)
        if isinstance(job.error, LibraryLocked):
            raise RequestError(409, BUSY)
        return job

    def find(self, name: object) -> Job:
        """The job of this id. Raises RequestError with status 404."""
        with self._lock:
            job = self._jobs.get(name) if isinstance(name, str) else None
        if job is None:
            raise RequestError(404, "The server no longer knows of this.")
        return job

    def _run(self, job: Job, work: Work) -> None:
        def progress(stage: str, done: int, total: int) -> None:
            job.under_way.set()
            if job.cancelled.is_set() or self.stopping():
                raise Cancelled
            job.stage, job.done, job.total = stage, done, total

        state = "failed"
        try:
            job.report, job.outcomes = work(progress)
            state = "done"
        except Cancelled:
            state = "cancelled"
        except Exception as error:
            job.error, job.sentence = error, _sentence(error)
            log.error(
                "job=%s failed=%s %s",
                job.kind,
                type(error).__name__,
                error,
                exc_info=None if isinstance(error, DatelineError) else error,
            )
        finally:
            with self._lock:
                self._running = None
            job.state = state
            job.under_way.set()
        log.info("job=%s %s", job.kind, state)


def _sentence(error: Exception) -> str:
    """What a reader is told; messages that may name a path are for the log only."""
    if isinstance(error, LibraryLocked):
        return BUSY
    if isinstance(error, StorageFailed):
        return "The disk refused; what was finished before is kept."
    if isinstance(error, ModelError):
        return "The model cannot be used; the server's log says why."
    return "Something went wrong on the server; its log says what."


def plain(job: Job) -> dict[str, Any]:
    """A job as plain values for the page; no folder of this machine is in it."""
    report = job.report
    counts = {
        name: getattr(report, name)
        for name in ("added", "changed", "duplicates", "unchanged", "embedded", "reused")
        if report is not None
    }
    return {
        "job": job.id,
        "kind": job.kind,
        "state": job.state,
        "stage": job.stage,
        "done": job.done,
        "total": job.total,
        "sentence": job.sentence,
        "counts": {**counts, "rejected": len(report.rejected)} if report else {},
        "outcomes": [
            {
                "name": one.path,
                "state": one.state,
                "release": one.release_id,
                "of": one.of,
                "title": one.title,
                "reason": one.reason.replace(f"{one.root}/", ""),
                "number": one.number,
            }
            for one in job.outcomes
        ],
    }
