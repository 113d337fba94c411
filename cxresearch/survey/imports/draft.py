"""A survey that is being put together from another platform's questionnaire: ids, scales and notes."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, Literal

from cxresearch.errors import Place
from cxresearch.located import reads_as_number
from cxresearch.survey.coherence import RESERVED
from cxresearch.survey.imports.designs import designs_told
from cxresearch.survey.imports.imported import Imported, Note, Severity, written
from cxresearch.survey.imports.markup import plain
from cxresearch.survey.imports.tidy import tidied
from cxresearch.survey.scale import Code
from cxresearch.survey.survey import LANGUAGE

PERSPECTIVE = "customer"
TICKED = "ticked"
TO_CHECK = (
    "No file of another platform tells who is asked (perspective), source and licence, and whether answers have an "
    "order is guessed from their codes; check that. It holds no constructs, touchpoints, short names, reversed items, "
    "indices (NPS, CSAT, CES), terms and no wordings for a second perspective either: without constructs there are "
    "no scores. If it was exported from a survey file, take all this from there."
)
Wording = Mapping[str, str]
Labels = Sequence[tuple[Code, Wording]]
_TERM = re.compile(r"{(\w+)}")
_NO_ANSWER = re.compile(
    r"(ich )?wei(ß|ss) (es )?nicht|k(eine|\.) ?a(ngabe|\.)|kann ich nicht (beurteilen|sagen)|(trifft )?nicht zutreffend"
    r"|(i )?(don[’']?t|do not) know|no (answer|opinion)|n/?a|not applicable|(i )?(prefer not to|rather not) (say|answer)"
    r"|can(not|[’']?t) (say|judge)",
    re.IGNORECASE,
)
_TRUE = {"de": ("nein", "ja"), "en": ("no", "yes")}


class Draft:
    """Parts of a survey, collected in the order in which they are asked.

    Parameters
    ----------
    file : str
        As it stands in notes.
    platform : str
        Begins the code of each note.
    languages : sequence of str
        The first is the main one.

    Examples
    --------
    >>> draft = Draft("a.qsf", "qualtrics", ["en"])
    >>> scale = draft.scale([(1, {"en": "no"}), (2, {"en": "yes"})], "nominal")
    >>> draft.item("Q1 new", {"en": "Was it <b>good</b>?"}, scale)
    'Q1_new'
    >>> draft.imported("a", {"en": "A"}).survey.items["Q1_new"].label("en")
    'Was it good?'
    """

    def __init__(self, file: str, platform: str, languages: Sequence[str]) -> None:
        self.file = file
        self.platform = platform
        self.languages = list(dict.fromkeys(languages)) or ["en"]
        self.notes: list[Note] = []
        self.columns: dict[str, str] = {}
        self.scales: dict[str, dict[str, Any]] = {}
        self.items: dict[str, dict[str, Any]] = {}
        self.fields: dict[str, dict[str, Any]] = {}
        self.blocks: dict[str, dict[str, Any]] = {}
        self.quotas: dict[str, dict[str, Any]] = {}
        self.pages: list[dict[str, Any]] = []
        self.computed: set[str] = set()  # names of calculations, which no survey has
        self._taken: set[str] = {PERSPECTIVE, *RESERVED}
        self._scale_ids: dict[str, str] = {}

    def note(
        self,
        code: str,
        what: str,
        where: str | None = None,
        given: object = None,
        severity: Severity = "lost",
        line: int | None = None,
    ) -> None:
        """Tell of something that is not taken over as it was."""
        place = Place(file=self.file, field=where, line=line)
        self.notes.append(Note(code=f"{self.platform}.{code}", what=what, place=place, given=given, severity=severity))

    def id(self, wanted: str) -> str:
        """Take an id that a condition can name and nobody else has."""
        base = name_of(wanted)
        id, number = base, 1
        while id in self._taken:
            number += 1
            id = f"{base}_{number}"
        self._taken.add(id)
        return id

    def wording(self, texts: Wording, where: str, fallback: str = "") -> dict[str, str]:
        """Return plain wordings in every language; what is missing is taken from the main language, and told."""
        told = {language: self._plain(text, where) for language, text in texts.items() if language in self.languages}
        told = {language: text for language, text in told.items() if text}
        first = next((told[one] for one in self.languages if one in told), fallback.strip() or where or "–")
        missing = [one for one in self.languages if one not in told and one.split("-")[0] not in told]
        if told and missing:
            what = f"There is no wording in {', '.join(missing)}; the one in another language stands there."
            self.note("untranslated", what, where, first, "changed")
        return {language: told.get(language, told.get(language.split("-")[0], first)) for language in self.languages}

    def _plain(self, text: str, where: str) -> str:
        told = plain(text)
        for what in told.lost:
            self.note("markup", f"A text holds {what}, which a wording cannot.", where, severity="lost")
        if _TERM.search(told.text) or "${" in told.text:
            what = "A text puts in an answer or a field; here it is text, its braces set apart."
            self.note("piped-text", what, where, told.text, "changed")
        return _TERM.sub(r"{ \1 }", told.text)

    def scale(
        self,
        labels: Labels,
        level: Literal["nominal", "ordinal"],
        missing: Labels = (),
        where: str = "scale",
        wanted: str = "",
    ) -> str:
        """Return the id of a scale with these answers; the same answers make the same scale.

        Whole numbers in a row that have an order become a range.
        """
        labels, missing = self._once(labels, missing, where)
        codes = [code for code, _ in (*labels, *missing)]
        texts = {code: self._label(code, text, codes, where) for code, text in (*labels, *missing)}
        asked = [code for code, _ in labels]
        told: dict[str, Any] = {"level": level}
        whole = [code for code in asked if isinstance(code, int)]
        if level == "ordinal" and len(whole) == len(asked) > 1 and all(b - a == 1 for a, b in pairwise(whole)):
            told |= {"low": whole[0], "high": whole[-1]}
            shown = {code: texts[code] for code in asked if set(texts[code].values()) != {str(code)}}
        else:
            shown = {code: texts[code] for code in asked}
        told |= {"labels": shown} if shown else {}
        told |= {"missing": {code: texts[code] for code, _ in missing}} if missing else {}
        key = repr((told, codes))
        if key not in self._scale_ids:
            base = name_of(wanted or where)
            id = base if base not in self.scales else f"{base}_{len(self.scales) + 1}"
            self._scale_ids[key] = id
            self.scales[id] = told
        return self._scale_ids[key]

    def _once(self, labels: Labels, missing: Labels, where: str) -> tuple[Labels, Labels]:
        """Leave out what has the code of another answer, and tell."""
        seen: set[Code] = set()
        kept: list[list[tuple[Code, Wording]]] = []
        for listed in (labels, missing):
            kept.append([])
            for code, text in listed:
                if code in seen:
                    what = "Two answers have one code; the second is left out."
                    self.note("duplicate-code", what, where, f"{code}: {next(iter(text.values()), '')}")
                else:
                    kept[-1].append((code, text))
                seen.add(code)
        return kept[0], kept[1]

    def without_answer(self, labels: Labels, missing: Labels, where: str) -> tuple[Labels, Labels]:
        """Move what says "don't know" and stands beyond the other numbers of a list to the missing codes, and tell."""
        found = [
            (code, text) for code, text in labels if any(_NO_ANSWER.fullmatch(plain(one).text) for one in text.values())
        ]
        rest = [one for one in labels if one not in found]
        codes = [code for code, _ in rest]
        numbers = [code for code in codes if isinstance(code, int)]
        inside = (
            any(isinstance(code, int) and min(numbers) <= code <= max(numbers) for code, _ in found)
            if numbers
            else True
        )
        if not found or len(numbers) < max(len(codes), 2) or inside:
            return labels, missing
        given = ", ".join(f"{code}: {next(iter(text.values()), '')}" for code, text in found)
        self.note("no-answer", "These answers are taken as missing.", where, given, "note")
        return rest, [*missing, *found]

    def ticked(self) -> str:
        """Return the id of the scale of an option to tick."""
        labels = [(code, {one: self._yes(one)[code] for one in self.languages}) for code in (0, 1)]
        return self.scale(labels, "nominal", where=TICKED)

    def _yes(self, language: str) -> tuple[str, str]:
        return _TRUE.get(language.split("-")[0], _TRUE["en"])

    def ranks(self, n: int) -> str:
        """Return the id of the scale of an option to rank among `n`."""
        key = f"rank{max(n, 2)}"
        self.scales.setdefault(key, {"level": "ordinal", "low": 1, "high": max(n, 2)})
        return key

    def range(self, low: float, high: float, step: float | None, where: str, level: str = "interval") -> str:
        """Return the id of a range without labels."""
        if not low < high:
            self.note(
                "range", "The ends of this range make no scale; 0 to 100 is taken.", where, (low, high), "changed"
            )
            low, high, step = 0, 100, 1
        if step is not None and not 0 < step <= high - low:
            self.note("range", "This step leads nowhere; every whole step is taken.", where, step, "changed")
            step = 1
        told: dict[str, Any] = {"level": level, "low": _tidy(low), "high": _tidy(high)}
        if step != 1:
            told["step"] = None if step is None else _tidy(step)
        key = name_of(f"from_{_tidy(low)}_to_{_tidy(high)}" + ("" if step == 1 else f"_by_{step or 'any'}"))
        self.scales.setdefault(key, told)
        return key

    def _label(self, code: Code, text: Wording, codes: Iterable[Code], where: str) -> dict[str, str]:
        told = self.wording(text, where, str(code))
        written_codes = {str(other) for other in codes}
        for language, label in told.items():
            number = reads_as_number(label)
            meant = label == str(code) or (number is not None and number == code)
            if not meant and (label in written_codes or (number is not None and number in codes)):
                told[language] = f"({label})"
                what = "A label looks like the code of another answer; it stands in brackets."
                self.note("label", what, where, f"{code}: {label}", "changed")
        return told

    def item(self, wanted: str, text: Wording, scale: str, **more: Any) -> str:
        """Add something measured on a scale; return its id."""
        id = self.id(wanted)
        self.items[id] = {"text": self.wording(text, wanted, id), "scale": scale, "wording": "verbatim", **_told(more)}
        return id

    def field(self, wanted: str, kind: str, text: Wording | None, name: str = "", **more: Any) -> str:
        """Add something else that is asked, or, without a text, a column that comes with the data; return its id."""
        id = self.id(wanted)
        told = None if text is None else self.wording(text, wanted, id)
        name = " ".join(self._plain(name or wanted, wanted).split())
        self.fields[id] = {"name": name or id, "kind": kind, **({"text": told} if told else {}), **_told(more)}
        return id

    def block(self, wanted: str, kind: str, items: Sequence[str], text: Wording | None = None, **more: Any) -> str:
        """Add items that are shown together; return its id."""
        id = self.id(wanted)
        told = {"text": self.wording(text, wanted, id)} if text else {}
        self.blocks[id] = {"kind": kind, **told, "items": list(items), **_told(more)}
        return id

    def quota(self, wanted: str, when: str, n: int) -> None:
        """Add how many interviews of a kind are wanted."""
        name = self.wording({self.languages[0]: wanted}, wanted)[self.languages[0]]
        self.quotas[self.id(wanted)] = {"name": name, "when": when, "n": n}

    def part(self, id: str) -> dict[str, Any]:
        """Return what stands under an id of an item, field or block; nothing where it was taken out again."""
        return next((parts[id] for parts in (self.items, self.fields, self.blocks) if id in parts), {})

    def imported(self, id: str, title: Wording, **more: Any) -> Imported:
        """Return the survey with every note."""
        tidied(self)
        kept_notes = {(one.code, one.what, str(one.place), str(one.given)): one for one in reversed(self.notes)}
        self.notes = list(reversed(kept_notes.values()))
        designs_told(self)
        self.note("to-check", TO_CHECK, severity="note")
        used = {item["scale"] for item in self.items.values()}
        data: dict[str, Any] = {
            "id": re.sub(r"[^A-Za-z0-9-]+", "-", _ascii(id)).strip("-").lower() or "imported",
            "title": self.wording(title, "title", id),
            **more,
            "languages": self.languages,
            "source": f"imported from {self.platform}; check every part",
            "licence": "unknown",
            "perspectives": {
                PERSPECTIVE: {
                    "name": {one: _who(one) for one in self.languages},
                    "side": "outside",
                    "role": "customer",
                }
            },
            "scales": {key: scale for key, scale in self.scales.items() if key in used},
            "items": self.items,
            "fields": self.fields,
            "blocks": self.blocks,
            "pages": [page for page in self.pages if page.get("items") or page.get("intro")],
            "quotas": self.quotas,
        }
        kept = {key: value for key, value in data.items() if value or key == "scales"}
        return Imported(yaml=written(kept), notes=tuple(self.notes), columns=dict(self.columns))


def name_of(wanted: str) -> str:
    """Return an id that a condition can name.

    Examples
    --------
    >>> name_of("Q10#1_2"), name_of("1a"), name_of("Größe"), name_of("class")
    ('Q10_1_2', 'q1a', 'Grosse', 'class_')
    """
    name = re.sub(r"\W+", "_", _ascii(wanted)).strip("_") or "q"
    name = name if not name[0].isdigit() else f"q{name}"
    return f"{name}_" if keyword.iskeyword(name) or keyword.issoftkeyword(name) else name


def language_of(tag: str) -> str | None:
    """Return the language that a platform's tag means, None where it is no tag.

    Examples
    --------
    >>> language_of("PT-BR"), language_of("de-informal"), language_of("EN_GB"), language_of("7")
    ('pt-br', 'de-du', 'en-gb', None)
    """
    plain_tag = tag.strip().replace("_", "-").lower()
    plain_tag = {"de-informal": "de-du", "de-formal": "de"}.get(plain_tag, plain_tag)
    return plain_tag if LANGUAGE.match(plain_tag) else None


def code_of(text: str) -> Code:
    """Return a code: a whole number where it is written as one, else the text.

    Examples
    --------
    >>> code_of("10"), code_of("-1"), code_of("01"), code_of("A1")
    (10, -1, '01', 'A1')
    """
    return int(text) if re.fullmatch(r"0|-?[1-9][0-9]{0,14}", text) else text


def graded(labels: Labels) -> bool:
    """Return whether answers are whole numbers shown as such, with words at the ends and in the middle at most.

    Examples
    --------
    >>> graded([(0, {"en": "never"}), (1, {"en": "1"}), (2, {"en": "2"}), (3, {"en": "always"})])
    True
    >>> graded([(1, {"en": "red"}), (2, {"en": "blue"}), (3, {"en": "3"})])
    False
    """
    whole = [code for code, _ in labels if isinstance(code, int)]
    worded = [i for i, (code, text) in enumerate(labels) if {plain(one).text for one in text.values()} != {str(code)}]
    if len(whole) < len(labels) or not worded:
        return len(whole) == len(labels)
    last = len(labels) - 1
    in_a_row = {b - a for a, b in pairwise(whole)} in ({1}, {-1})
    return in_a_row and set(worded) <= {0, last / 2, last} and not set(range(1, last)) <= set(worded)


def _ascii(text: str) -> str:
    text = text.replace("ß", "ss")
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


def _who(language: str) -> str:
    return "Befragte" if language.split("-")[0] == "de" else "Respondents"


def _told(more: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: value for key, value in more.items() if value is not None and value is not False and value not in ([], {})
    }


def _tidy(value: float) -> int | float:
    return int(value) if float(value).is_integer() else value
