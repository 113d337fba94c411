"""The papermill engine ``cxresearch``: cells run in a process forked from a warm one."""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path
from typing import Any

from papermill.engines import Engine, NBClientEngine
from papermill.log import logger

from cxresearch.warm.child import forked

ORDINARY = "cxresearch"  # our own name for the Python that runs us


class WarmEngine(Engine):  # type: ignore[misc]
    """Run a notebook in a clean fork of a process that has imported the usual packages.

    Where that is not possible it says why and takes papermill's own engine.
    """

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run all cells of a notebook; see papermill."""
        why = unsuited(nb_man.nb, kernel_name)
        if why:
            logger.warning(f"{why} The ordinary engine runs it.")
            options.pop("journal", None)
            return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **options)
        journal = options.pop("journal", None)
        given = dict(options)
        timeout = options.pop("execution_timeout", None) or options.pop("timeout", None)
        for name in ("input_path", "start_timeout", "startup_timeout", "config"):
            options.pop(name, None)
        from cxresearch.warm.client import WarmClient

        with contextlib.ExitStack() as stack:
            try:
                kernel = stack.enter_context(_kernel())
            except Exception as error:
                from cxresearch.warm import remote

                remote.close()
                logger.warning(f"The warm kernel did not start ({error}). The ordinary engine runs it.")
                return NBClientEngine.execute_managed_notebook(nb_man, kernel_name, **given)
            client = WarmClient(
                nb_man,
                kernel,
                journal=Path(journal) if journal else None,
                timeout=timeout,
                kernel_name=kernel_name,
                log=logger,
                **options,
            )
            return client.execute()


@contextlib.contextmanager
def _kernel() -> Any:
    if forked():
        from cxresearch.warm.kernel import kernel

        own = kernel()
        own.begin()
        yield own
    else:
        from cxresearch.warm.remote import remote_kernel

        with remote_kernel() as other:
            yield other


def unsuited(notebook: Any, kernel_name: str | None) -> str:
    """Say why a notebook cannot run in a fork of this Python; empty where it can."""
    if sys.platform not in ("linux", "darwin"):
        return "Warm kernels need a system that can fork."
    language = notebook.metadata.get("kernelspec", {}).get("language") or "python"
    if str(language).lower() != "python":
        return f"The notebook is written in {language}."
    if kernel_name in (None, "", ORDINARY):
        return ""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    try:
        spec = KernelSpecManager().get_kernel_spec(kernel_name)
    except NoSuchKernel:
        return f"There is no kernel {kernel_name!r}."
    program = spec.argv[0] if spec.argv else ""
    same = program in ("python", "python3") or Path(program).absolute() == Path(sys.executable).absolute()
    if not same or "ipykernel_launcher" not in spec.argv:
        return f"The kernel {kernel_name!r} is not the Python that runs papermill."
    return ""
