"""Names that a platform accepts, and that still tell one thing from another."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from cxresearch.survey.scale import Code


def shortened(id: str, taken: Iterable[str], longest: int, first: str = "q") -> str:
    """Return a name of letters and digits that begins with a letter and is not taken.

    Examples
    --------
    >>> shortened("main_place", (), 20), shortened("main_place", ("mainPlace",), 20), shortened("1a", (), 20)
    ('mainPlace', 'mainPlace2', 'q1a')
    """
    head, *rest = [part for part in re.split(r"[^A-Za-z0-9]+", id) if part] or [first]
    name = head + "".join(part[0].upper() + part[1:] for part in rest)
    name = name if name[0].isalpha() else f"{first}{name}"
    used = {one.casefold() for one in taken}
    name, number = name[:longest], 1
    plain = name
    while name.casefold() in used:
        number += 1
        name = f"{plain[: longest - len(str(number))]}{number}"
    return name


def answer_codes(codes: Iterable[Code], longest: int) -> Mapping[Code, str]:
    """Return a short code of letters and digits for each code of a scale; those that fit stay as they are.

    Examples
    --------
    >>> answer_codes([1, 2, -1, "web-shop", "A1"], 5)
    {1: '1', 2: '2', -1: 'X1', 'web-shop': 'X2', 'A1': 'A1'}
    """
    codes = list(codes)
    kept = {code: _plain(code) for code in codes if re.fullmatch(f"[A-Za-z0-9]{{1,{longest}}}", _plain(code))}
    seen: set[str] = set()
    out: dict[Code, str] = {}
    for code, name in kept.items():
        if name.casefold() not in seen:
            out[code] = name
            seen.add(name.casefold())
    number = 0
    for code in codes:
        while code not in out:
            number += 1
            if f"x{number}" not in seen:
                out[code] = f"X{number}"
                seen.add(f"x{number}")
    return {code: out[code] for code in codes}


def _plain(code: Code) -> str:
    return f"{code:g}" if isinstance(code, float) else str(code)
