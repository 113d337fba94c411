"""Jobs on an existing Dask cluster, each in a process forked from a warm one on the worker.

Needs the extra ``dask`` here and on the workers.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import queue
import tempfile
import threading
import time
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import asdict, replace
from importlib import metadata
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from cxresearch.warm.forked import ForkedProcesses
from cxresearch.warm.job import Ended, Job

Files = dict[str, str]  # path to the SHA-256 of its content
CONNECT = 30


class DaskProcesses:
    """A pool whose jobs run on the workers of a Dask cluster.

    What a job reads is shipped once to each worker that needs it, unless all workers see the same file
    under the same path; what it writes comes back and is put in place here.  A worker that is killed
    costs its jobs another try.

    Parameters
    ----------
    scheduler : str
        Address, such as ``"tcp://10.0.0.5:8786"``.
    preload : iterable of str
        Modules that every process finds imported.

    Raises
    ------
    ImportError
        Without the extra ``dask``.
    OSError
        When no scheduler answers.
    RuntimeError
        When a worker has another version of this package.
    """

    name = "dask"

    def __init__(self, scheduler: str, preload: Iterable[str] = ()) -> None:
        self.scheduler = scheduler
        self.preload = tuple(preload)
        self._ended: queue.Queue[Ended] = queue.Queue()
        self._running: dict[str, tuple[Job, Any, float]] = {}
        self._shipped: dict[str, Any] = {}
        self._shared: dict[tuple[str, str], bool] = {}

    def __enter__(self) -> Self:
        import distributed

        connect: Any = distributed.Client
        self._client: Any = connect(self.scheduler, timeout=CONNECT, set_as_default=False)
        here = _version()
        self._client.wait_for_workers(1, timeout=CONNECT)
        others = set(self._client.run(_version).values()) - {here}
        if others:
            self._client.close()
            raise RuntimeError(f"A worker has cxresearch {', '.join(sorted(others))}; here it is {here}.")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for name in list(self._running):
            with contextlib.suppress(Exception):
                self.cancel(name)
        self._client.close()

    @property
    def jobs(self) -> int:
        """How many run at once: the threads of all workers."""
        return max(1, int(sum(self._client.nthreads().values())))

    def submit(self, job: Job) -> None:
        """Send a job."""
        job = replace(job, folder=job.folder or str(Path.cwd()))
        reads = {path: _digest(Path(path)) for path in _files(job.reads)}
        contents = {
            digest: self._ship(path, digest) for path, digest in reads.items() if not self._visible(path, digest)
        }
        self._running[job.id] = (job, None, time.monotonic())
        future = self._client.submit(
            _work, asdict(job), reads, contents, self.preload, key=f"{job.id}-{time.monotonic_ns()}", pure=False
        )
        self._running[job.id] = (job, future, time.monotonic())
        future.add_done_callback(lambda done: self._finish(job.id, done))

    def wait(self, seconds: float) -> list[Ended]:
        """Return what ended since the last call, after at most so many seconds."""
        ended: list[Ended] = []
        with contextlib.suppress(queue.Empty):
            if self._running or not self._ended.empty():
                ended.append(self._ended.get(timeout=max(seconds, 0.001)))
            while True:
                ended.append(self._ended.get_nowait())
        return ended

    def cancel(self, job_id: str) -> None:
        """End a job that runs or waits."""
        if job_id not in self._running:
            return
        job, future, begun = self._running.pop(job_id)
        if future is not None:
            future.cancel()
        self._client.run(_cancel, job_id)
        self._ended.put(Ended(job=job, cause="cancelled", seconds=time.monotonic() - begun))

    def _visible(self, path: str, digest: str) -> bool:
        """Tell whether every worker reads the same content under this path."""
        if (path, digest) not in self._shared:
            self._shared[path, digest] = all(self._client.run(_sees, path, digest).values())
        return self._shared[path, digest]

    def _ship(self, path: str, digest: str) -> Any:
        held = self._shipped.get(digest)
        if held is None or held.status != "finished":  # the worker that held it may be gone
            self._shipped[digest] = self._client.scatter(Path(path).read_bytes(), hash=False)
        return self._shipped[digest]

    def _finish(self, name: str, future: Any) -> None:
        found = self._running.get(name)
        if found is None:  # cancelled
            return
        job, _, begun = found
        seconds = time.monotonic() - begun
        try:
            told, written = future.result()
            for path, content in written.items():
                _place(Path(path), content)
            ended = Ended(**{**told, "job": job})
        except FileNotFoundError:
            # a worker that came later does not see what the others see
            self._shared.update(dict.fromkeys(self._shared, False))
            self.submit(job)
            return
        except Exception as error:
            killed = type(error).__name__ in (
                "KilledWorker",
                "CommClosedError",
                "CancelledError",
                "FutureCancelledError",
            )
            cause = "died" if killed else "raised"
            ended = Ended(job=job, cause=cause, message=f"{type(error).__name__}: {error}", seconds=seconds)  # type: ignore[arg-type]
        self._running.pop(name, None)
        self._ended.put(ended)


def _files(paths: Iterable[str]) -> Iterator[str]:
    for name in paths:
        path = Path(name)
        yield from (str(p) for p in sorted(path.rglob("*")) if p.is_file()) if path.is_dir() else [name]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _place(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}.part")
    unfinished.write_bytes(content)
    unfinished.replace(path)


def _version() -> str:
    return metadata.version("cxresearch")


# what follows runs on a worker


def _sees(path: str, digest: str) -> bool:
    return Path(path).is_file() and _digest(Path(path)) == digest


def _work(
    record: dict[str, Any], reads: Files, contents: dict[str, bytes], preload: tuple[str, ...]
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """Run a job in a folder of its own that holds what it reads under the same paths, and return what it wrote."""
    job = Job(**{**record, "reads": (), "writes": tuple(record["writes"])})
    with tempfile.TemporaryDirectory(prefix="cx-job-", ignore_cleanup_errors=True) as name:
        top = Path(name).resolve()
        for path, digest in reads.items():
            there = _under(top, path)
            there.parent.mkdir(parents=True, exist_ok=True)
            if digest in contents:
                there.write_bytes(contents[digest])
            elif Path(path).is_file():
                there.symlink_to(path)
            else:
                raise FileNotFoundError(path)
        for path in (job.folder, *(str(Path(path).parent) for path in job.writes)):
            _under(top, path).mkdir(parents=True, exist_ok=True)
        beside = {str(Path(path).parent) for path in job.writes}
        paths = tuple(sorted({*reads, *record["reads"], *job.writes, *beside, job.folder}, key=len, reverse=True))
        moved = replace(
            job,
            id=f"{job.id}:{uuid.uuid4().hex}",  # a batch that was killed may have left one of that name
            folder=str(_under(top, job.folder)),
            arguments={key: _moved(value, paths, top) for key, value in job.arguments.items()},
        )
        ended = _warm(preload).run(moved)
        written = {}
        for path in job.writes:
            there = _under(top, path)
            for file in [there] if there.is_file() else sorted(p for p in there.rglob("*") if p.is_file()):
                written["/" + str(file.relative_to(top))] = file.read_bytes()
    told = {**asdict(replace(ended, job=job)), "message": ended.message.replace(str(top), "")}
    return told, written


def _under(top: Path, path: str) -> Path:
    return top / path.lstrip("/")


def _moved(value: Any, paths: tuple[str, ...], top: Path) -> Any:
    """Return an argument with the paths of the job moved to where they lie here."""
    if isinstance(value, str):
        inside = any(value == path or value.startswith(path + "/") for path in paths)
        return str(_under(top, value)) if inside else value
    if isinstance(value, list):
        return [_moved(part, paths, top) for part in value]
    if isinstance(value, dict):
        return {key: _moved(part, paths, top) for key, part in value.items()}
    return value


class _Warm:
    """The warm process of a worker, for all of its threads."""

    def __init__(self, preload: tuple[str, ...]) -> None:
        self._pool = ForkedProcesses(jobs=os.cpu_count(), preload=preload).__enter__()
        self._lock = threading.Lock()
        self._done: dict[str, Ended] = {}
        self._names: set[str] = set()

    def run(self, job: Job) -> Ended:
        with self._lock:
            self._names.add(job.id)
            self._pool.submit(job)
        while True:
            with self._lock:
                self._done.update({ended.job.id: ended for ended in self._pool.wait(0.02)})
                if job.id in self._done:
                    self._names.discard(job.id)
                    return self._done.pop(job.id)
            time.sleep(0.005)

    def cancel(self, name: str) -> None:
        with self._lock:
            for own in [own for own in self._names if own.rpartition(":")[0] == name]:
                self._pool.cancel(own)


_warmed: dict[tuple[str, ...], _Warm] = {}
_guard = threading.Lock()


def _warm(preload: tuple[str, ...]) -> _Warm:
    preload = tuple(preload)
    with _guard:
        if preload not in _warmed:
            _warmed[preload] = _Warm(preload)
        return _warmed[preload]


def _cancel(name: str) -> None:
    for warm in list(_warmed.values()):
        warm.cancel(name)
