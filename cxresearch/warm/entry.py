"""What papermill loads when it starts; light, because it loads it for every notebook and every engine."""

from __future__ import annotations

from typing import Any


class LazyEngine:
    """Stands for :class:`cxresearch.warm.engine.WarmEngine` until it is used."""

    @staticmethod
    def execute_notebook(*arguments: Any, **options: Any) -> Any:
        """Run a notebook; see papermill."""
        from cxresearch.warm.engine import WarmEngine

        return WarmEngine.execute_notebook(*arguments, **options)

    @staticmethod
    def nb_kernel_name(nb: Any, name: str | None = None) -> Any:
        """Return the kernel a notebook asks for."""
        from papermill.utils import nb_kernel_name

        return nb_kernel_name(nb, name)

    @staticmethod
    def nb_language(nb: Any, language: str | None = None) -> Any:
        """Return the language of a notebook."""
        from papermill.utils import nb_language

        return nb_language(nb, language)
