"""A survey that builds on another, and the terms that are put into its wordings."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from cxresearch.errors import CxError, Fault, Place, nearest
from cxresearch.located import Key, Located, read_yaml
from cxresearch.shipped import resolve
from cxresearch.survey.text import ANY, Text

EXTENDS, TERMS = "extends", "terms"
MOST_GENERATIONS = 10
_TERM = re.compile(r"{(\w+)}")


@dataclass(frozen=True, kw_only=True)
class Extended(Located):
    """A survey merged over those that it builds on.

    Parameters
    ----------
    covered : dict
        What stood at a path in the survey below, where a nearer one says something else.
    chain : tuple of str
        Its files, the nearest first.
    """

    covered: Mapping[Key, Any] = field(default_factory=dict)
    chain: tuple[str, ...] = ()


def extended(located: Located, path: Path | None) -> Located:
    """Return a survey merged over the one that it extends.

    Mappings are merged key by key, lists and single values replace, null takes out.

    Parameters
    ----------
    located : Located
    path : Path, optional
        Where it was read from; other files are found from there.

    Raises
    ------
    CxError
        ``survey.extends``, or what is wrong with the other file.
    """
    chain = generations(located, path)
    while len(chain) > 1:
        over, under = chain[-2], chain[-1]
        chain[-2:] = [_merged(over, under)]
    merged = chain[0]
    if isinstance(merged.data, dict) and EXTENDS in merged.data:
        data = {key: value for key, value in merged.data.items() if key != EXTENDS}
        return replace(merged, data=data)
    return merged


def generations(located: Located, path: Path | None) -> list[Located]:
    """Return a survey and those that it builds on, the nearest first; see :func:`extended`."""
    files = [path.resolve()] if path else []
    chain = [located]
    while isinstance(chain[-1].data, dict) and EXTENDS in chain[-1].data:
        last, name = chain[-1], chain[-1].data[EXTENDS]
        place = last.place(EXTENDS)
        if not isinstance(name, str):
            what = "This names one file."
            raise CxError(Fault(code="survey.extends", what=what, place=place, given=name))
        target = _found(name, files[-1].parent if files else None, place)
        if target in files or len(chain) > MOST_GENERATIONS:
            what = "This survey extends itself, by way of others."
            raise CxError(Fault(code="survey.extends", what=what, place=place, given=name))
        if target is None:
            what, do = "The survey that this one extends is not there.", "Give its path from this file's folder."
            raise CxError(Fault(code="survey.extends", what=what, place=place, given=name, do=do))
        files.append(target)
        chain.append(read_yaml(target))
    return chain


def _found(name: str, folder: Path | None, place: Place) -> Path | None:
    """Return the file of that name, None where there is none."""
    try:
        target = (folder or Path()) / resolve(name)
        return target.resolve() if target.is_file() else None
    except CxError as error:
        raise CxError(*(replace(fault, place=fault.place or place) for fault in error.faults)) from None
    except (OSError, ValueError):  # too long for a path, or with a null character
        return None


def ancestors(path: Path) -> tuple[Path, ...]:
    """Return the files of the surveys that a survey builds on, the nearest first; none where they cannot be read."""
    found: list[Path] = []
    place = path.resolve()
    while len(found) < MOST_GENERATIONS:
        try:
            data = read_yaml(place).data
            name = data.get(EXTENDS) if isinstance(data, dict) else None
            target = _found(name, place.parent, Place(file=place.name)) if isinstance(name, str) else None
        except CxError:
            break
        if target is None or target in found:
            break
        place = target
        found.append(place)
    return tuple(found)


def with_terms(data: dict[str, Any], texts: Iterator[tuple[Key, Any]], located: Located) -> list[Fault]:
    """Put the terms into the wordings of the data, in place; without terms, braces are just braces.

    Returns
    -------
    list of Fault
        ``survey.unknown-term``, ``survey.nested-term``, ``survey.misspelt-term``
    """
    given = data.get(TERMS)
    faults: list[Fault] = []
    if given is None:
        return faults
    terms = {str(key): value for key, value in given.items()} if isinstance(given, dict) else {}
    worded = list(texts)
    faults += _misspelt(terms, worded, located)
    for where, value in worded:
        if where[0] == TERMS:
            faults += _nested_faults(where, value, located)
            continue
        known = {**terms, **{name: f"{{{name}}}" for name in _dimensions(data, where)}}
        if (new := _filled(value, known, _languages(data), _teller(faults, located, where, known))) is not value:
            _put(data, where, new)
    return faults


def _misspelt(terms: Mapping[str, Any], worded: list[tuple[Key, Any]], located: Located) -> Iterator[Fault]:
    """Tell of terms that no wording uses, but that look like one that is used: the own name would not appear."""
    used = set()
    for where, value in worded:
        for wording in value.values() if isinstance(value, dict) else (value,):
            if where[0] != TERMS and isinstance(wording, str):
                used |= set(_TERM.findall(wording))
    for name in terms:
        if name not in used and (near := nearest(name, sorted(used & set(terms)))):
            what, do = "No wording uses this term.", f"Did you mean {near!r}?"
            yield Fault(code="survey.misspelt-term", what=what, place=located.place(TERMS, name), given=name, do=do)


def _nested_faults(where: Key, value: Any, located: Located) -> Iterator[Fault]:
    for wording in value.values() if isinstance(value, dict) else (value,):
        if isinstance(wording, str) and (found := _TERM.search(wording)):
            what, do = "A term cannot be put into another term.", "Write it out."
            place = located.place(*where)
            yield Fault(code="survey.nested-term", what=what, place=place, given=found[0], do=do)
            return


def _teller(faults: list[Fault], located: Located, where: Key, known: Mapping[str, Any]) -> Callable[[str], None]:
    def tell(name: str) -> None:
        near = nearest(name, known)
        do = f"Did you mean {{{near}}}?" if near else f"Add it: terms: {{{name}: ...}}."
        what = "This term is not defined."
        fault = Fault(code="survey.unknown-term", what=what, place=located.place(*where), given=f"{{{name}}}", do=do)
        if fault not in faults:
            faults.append(fault)

    return tell


def _filled(value: Any, terms: Mapping[str, Any], languages: list[str], tell: Callable[[str], None]) -> Any:
    wordings = {ANY: value} if isinstance(value, str) else value
    if not isinstance(wordings, dict) or not any(isinstance(w, str) and _TERM.search(w) for w in wordings.values()):
        return value
    used = {name for w in wordings.values() if isinstance(w, str) for name in _TERM.findall(w)}
    for name in sorted(used - set(terms)):
        tell(name)
    if set(wordings) == {ANY} and any(isinstance(terms.get(name), dict) for name in used):
        wordings = dict.fromkeys(languages, wordings[ANY])
    for language in languages:
        # a wording that says Sie and du alike may hold a term that does not
        base = language.split("-")[0]
        if language not in wordings and base in wordings and any(_has(terms.get(name), language) for name in used):
            wordings = {**wordings, language: wordings[base]}
    return {
        language: _with(wording, terms, language) if isinstance(wording, str) else wording
        for language, wording in wordings.items()
    }


def _has(term: Any, language: str) -> bool:
    return isinstance(term, dict) and language in term


def _with(wording: str, terms: Mapping[str, Any], language: str) -> str:
    return _TERM.sub(lambda found: _term(found, terms, language), wording)


def _term(found: re.Match[str], terms: Mapping[str, Any], language: str) -> str:
    value = terms.get(found[1], found[0])
    if isinstance(value, dict) and value and all(isinstance(one, str) and one.strip() for one in value.values()):
        return Text(value).get(language)
    return value if isinstance(value, str) else found[0]


def _dimensions(data: dict[str, Any], where: Key) -> list[str]:
    """Return what stands in braces in the story of a vignette, which is filled later."""
    if where[:1] != ("blocks",) or len(where) < 3 or where[2] != "story":
        return []
    block = data["blocks"].get(where[1])
    found = block.get("dimensions") if isinstance(block, dict) else None
    return list(found) if isinstance(found, dict) else []


def _languages(data: dict[str, Any]) -> list[str]:
    value = data.get("languages")
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _put(data: Any, where: Key, value: Any) -> None:
    for key in where[:-1]:
        data = data[key]
    data[where[-1]] = value


def _merged(over: Located, under: Located) -> Located:
    if not isinstance(under.data, dict) or not isinstance(over.data, dict):
        return over
    places, files = dict(over.places), dict(over.files)
    covered = dict(under.covered) if isinstance(under, Extended) else {}
    data = _merge(over.data, {key: value for key, value in under.data.items() if key != EXTENDS}, (), covered)
    for path, at in under.places.items():
        if path not in places and _replaced(path, over) is None:
            places[path] = at
            files[path] = under.files.get(path, under.file)
    chain = (over.file, *(under.chain if isinstance(under, Extended) else (under.file,)))
    return Extended(data=data, file=over.file, places=places, files=files, covered=covered, chain=chain)


def _merge(over: dict[Any, Any], under: dict[Any, Any], path: Key, covered: dict[Key, Any]) -> dict[Any, Any]:
    out = dict(under)
    for key, value in over.items():
        if value is None and key in under:
            del out[key]
        elif isinstance(value, dict) and isinstance(under.get(key), dict):
            out[key] = _merge(value, under[key], (*path, key), covered)
        else:
            if key in under:
                covered[(*path, key)] = under[key]
            out[key] = value
    return out


def _replaced(path: Key, over: Located) -> Key | None:
    """Return the part of `over` that stands in place of this path of the other file, if one does."""
    data = over.data
    for depth, key in enumerate(path):
        if not isinstance(data, dict):
            return path[:depth]
        if key not in data:
            return None
        data = data[key]
    return None
