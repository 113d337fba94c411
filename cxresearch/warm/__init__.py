"""Warm processes: import once, fork a clean process for every job.

============  ==========================================================================
job           what can be asked of a pool, and what comes back
queue         the jobs that wait, for both pools of this machine
forked        a pool whose processes are forked from a warm one (Linux, macOS)
zygote        that warm process
lean          spare it what takes long to import and nobody uses
fonts         spare matplotlib looking up the same font again and again
child         what a forked process does with its job
cluster       a pool on the workers of a Dask cluster (extra ``dask``)
spawned       a pool of ordinary processes, where forking is not safe
kernel        run the cells of a notebook in this process as a Jupyter kernel does
remote        the same in a forked process, for a papermill that runs in this one
streams       its standard output and error
client        put what a cell says into the notebook, as papermill does
engine        the papermill engine ``cxresearch``
============  ==========================================================================
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from cxresearch.warm.forked import ForkedProcesses, warm_modules
from cxresearch.warm.job import Ended, Job, Processes
from cxresearch.warm.spawned import SpawnedProcesses

__all__ = ["Ended", "ForkedProcesses", "Job", "Processes", "SpawnedProcesses", "can_fork", "processes", "warm_modules"]


def can_fork() -> bool:
    """Tell whether this system can fork a warm process."""
    return sys.platform in ("linux", "darwin")


def processes(jobs: int | None = None, preload: Iterable[str] = (), scheduler: str | None = None) -> Processes:
    """Return the best pool for this system, or one on a cluster.

    Parameters
    ----------
    jobs : int, optional
        How many run at once; by default as many as there are processors.
    preload : iterable of str
        Modules that every process finds imported, where processes are forked.
    scheduler : str, optional
        Address of a Dask scheduler; its workers decide how many jobs run at once.
    """
    if scheduler:
        from cxresearch.warm.cluster import DaskProcesses

        return DaskProcesses(scheduler, preload)
    return ForkedProcesses(jobs, preload) if can_fork() else SpawnedProcesses(jobs, preload)
