"""Where the surveys, notebooks, studies and data that come with the package lie."""

from __future__ import annotations

from pathlib import Path

from cxresearch.errors import CxError, Fault, listing, nearest

PREFIX = "shipped:"
_PACKAGE = Path(__file__).resolve().parent


def root() -> Path:
    """Return the folder that holds surveys/, notebooks/ and reports/.

    In a wheel they lie inside the package, in a checkout beside it.
    """
    inside = _PACKAGE / "_shipped"
    return inside if inside.is_dir() else _PACKAGE.parent


def resolve(path: str | Path) -> Path:
    """Turn ``"shipped:surveys/x.yaml"`` into a path; other paths stay as they are.

    Raises
    ------
    CxError
        ``shipped.unknown`` when the package has no such file, ``shipped.no-path`` for
        something that is no path at all.

    Examples
    --------
    >>> resolve("shipped:surveys/credibility-gap.yaml").name
    'credibility-gap.yaml'
    >>> str(resolve("mine.yaml"))
    'mine.yaml'
    """
    if not isinstance(path, str | Path) or not str(path):
        what = "This is not the path of a file."
        raise CxError(Fault(code="shipped.no-path", what=what, given=path, allowed="text or a pathlib.Path"))
    text = str(path)
    if not text.startswith(PREFIX):
        return Path(path)
    wanted = text.removeprefix(PREFIX)
    full = root() / wanted
    if not full.exists() or not full.resolve().is_relative_to(root()):
        folder = full.parent.resolve()
        ours = folder != root() and folder.is_relative_to(root()) and folder.is_dir()
        names = sorted(p.name for p in folder.iterdir()) if ours else []
        close = nearest(full.name, names)
        raise CxError(
            Fault(
                code="shipped.unknown",
                what="The package comes with no such file.",
                given=text,
                allowed=listing(names) if names else "surveys/, notebooks/, reports/",
                do=f"Did you mean {close!r}?" if close else None,
            )
        )
    return full


def shipped_file(name: str) -> Path:
    """Return the path of a file that comes with the package.

    Parameters
    ----------
    name : str
        For example ``"surveys/credibility-gap.yaml"``.

    Examples
    --------
    >>> shipped_file("surveys/credibility-gap.yaml").is_file()
    True
    """
    return resolve(PREFIX + name)


def shipped_surveys() -> dict[str, Path]:
    """Return the surveys that come with the package, by name.

    Examples
    --------
    >>> "credibility-gap" in shipped_surveys()
    True
    """
    return {path.stem: path for path in sorted((root() / "surveys").glob("*.yaml"))}


def survey_path(name: str | Path) -> Path:
    """Return the file of a survey that is named by its path, by ``shipped:...``, or by the name of a shipped one.

    Examples
    --------
    >>> survey_path("credibility-gap").name
    'credibility-gap.yaml'
    """
    path = resolve(name)
    if path.exists() or str(name).startswith(PREFIX):
        return path
    ours, text = shipped_surveys(), str(name)
    close = nearest(text, ours) if text not in ours and not path.suffix and path.name == text else None
    if close:
        what = "There is no file of that name, and no survey of that name comes along."
        do = f"Did you mean {close!r}?"
        raise CxError(Fault(code="shipped.unknown", what=what, given=text, do=do))
    return ours.get(text, path)
