"""SPSS files: variables, value labels and missing values of a .sav file as a survey."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from cxresearch.errors import CxError, SurveyError
from cxresearch.survey.imports.draft import Draft
from cxresearch.survey.imports.imported import Imported
from cxresearch.survey.imports.spss.file import SpssFile, open_sav
from cxresearch.survey.scale import Code

MOST_BETWEEN = 21  # answers between the lowest label and the highest
MOST_MISSING = 20  # codes of a missing range that are listed
_DATES = ("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "DATETIME", "YMDHMS")
_TIMES = ("TIME", "DTIME", "MTIME", "WKDAY", "MONTH", "MOYR", "QYR", "WKYR")
_LOW, _HIGH = -1e300, 1e300


def read_spss(path: str | Path, language: str = "en") -> Imported:
    """Read what an SPSS file tells about its variables; values that have no label are looked up in the data.

    Parameters
    ----------
    path : str or Path
    language : str
        Of the labels, which the file does not tell.

    Raises
    ------
    SurveyError
        ``spss.missing-file``, ``spss.not-installed``, ``spss.not-sav``.
    """
    try:
        found = open_sav(path)
    except CxError as error:
        raise SurveyError(*error.faults) from None
    return _Reader(found, language).read(Path(path).stem)


class _Reader:
    def __init__(self, found: SpssFile, language: str) -> None:
        self.found = found
        self.meta = found.meta
        self.language = language
        self.draft = Draft(found.file, "spss", [language])
        self.draft.note("language", "The file does not tell the language of its labels.", None, language, "note")

    def read(self, stem: str) -> Imported:
        asked = []
        for name in self.meta.column_names:
            id = self._variable(name)
            if id != name:
                self.draft.columns[name] = id
            if "text" in self.draft.part(id):
                asked.append(id)
        blocks = {id: block for block, ids in self._sets() for id in ids}
        items = list(dict.fromkeys(blocks.get(id, id) for id in asked))
        if items:
            self.draft.pages.append({"items": items})
        for text in self.meta.notes or ():
            if text.strip():
                self.draft.note("document", "A note of the file is not taken over.", "notes", text.strip(), "note")
        title = self.meta.file_label or stem
        return self.draft.imported(stem, {self.language: title})

    def _variable(self, name: str) -> str:
        label = (self.meta.column_names_to_labels or {}).get(name) or ""
        format = str(self.meta.original_variable_types.get(name) or "")
        kind = format.rstrip("0123456789.")
        labels = {_code(value): str(text) for value, text in self.meta.variable_value_labels.get(name, {}).items()}
        missing = self._missing(name, labels)
        text = {self.language: label} if label else None
        if kind in _DATES or kind in _TIMES:
            if labels or missing:
                what = "Labels or missing values of a date are dropped."
                self.draft.note("date-labels", what, name, {**labels, **missing})
            if kind in _TIMES:
                self.draft.note("time", "A time or a part of a date is a text here.", name, format, "changed")
            return self.draft.field(name, "time" if kind in _DATES else "text", text, label)
        asked = {code: told for code, told in labels.items() if code not in missing}
        if asked:
            return self._coded(name, label, asked, missing)
        if kind == "A":
            if missing:
                self.draft.note("text-missing", "Missing values of a text are kept as texts.", name, list(missing))
            return self.draft.field(name, "text", text, label)
        told = {code: {self.language: said} for code, said in missing.items()}
        id = self.draft.field(name, "number", text, label, missing=told)
        self.draft.fields[id]["step"] = None
        return id

    def _coded(self, name: str, label: str, asked: dict[Code, str], missing: dict[Code, str]) -> str:
        """Add a variable with value labels; a value of the data without one becomes an answer of its own."""
        measure = self.meta.variable_measure.get(name)
        seen = {_code(value) for value in self.found.columns[name] if value not in (None, "")}
        bare = sorted((code for code in seen if code not in asked and code not in missing), key=_order)
        if measure == "scale" and any(isinstance(code, float) for code in bare):
            return self._labelled_number(name, label, asked, missing)
        rated = measure != "nominal" and _numeric(asked) and (len(asked) + len(bare) > 2 or measure == "ordinal")
        level: Literal["nominal", "ordinal"] = "ordinal" if rated else "nominal"
        if measure == "unknown":
            level = "nominal"
            what = "The file does not tell the level of measurement; nominal is taken."
            self.draft.note("level", what, name, severity="note")
        elif measure == "scale":
            what = f"A variable measured on a scale has labels for its values; it is read as {level}."
            self.draft.note("level", what, name, severity="note")
        if level == "ordinal" and (bare or len(asked) == 2):
            bare = [code for code in _between([*asked, *bare]) if code not in asked and code not in missing]
        if bare:
            what = "Values without a label are answers of their own."
            self.draft.note("unlabelled", what, name, bare, "changed")
        every: dict[Code, str] = {**asked, **{code: str(code) for code in bare}}
        ordered = sorted(every, key=_order) if _numeric(every) else list(every)
        scale = self.draft.scale(
            [(code, {self.language: every[code]}) for code in ordered],
            level,
            [(code, {self.language: text}) for code, text in missing.items()],
            where=name,
            wanted=f"{name}_scale",
        )
        return self.draft.item(name, {self.language: label or name}, scale)

    def _labelled_number(self, name: str, label: str, asked: dict[Code, str], missing: dict[Code, str]) -> str:
        what = "Labels of single values of a number are dropped."
        self.draft.note("number-labels", what, name, asked)
        told = {code: {self.language: said} for code, said in missing.items()}
        id = self.draft.field(name, "number", {self.language: label} if label else None, label, missing=told)
        self.draft.fields[id]["step"] = None
        return id

    def _missing(self, name: str, labels: Mapping[Code, str]) -> dict[Code, str]:
        """Return the codes that are no answer; of a range those that have a label, or that the data hold."""
        found: dict[Code, str] = {}
        for part in self.meta.missing_ranges.get(name, ()):
            low, high = part["lo"], part["hi"]
            if low == high:
                code = _code(low)
                found[code] = labels.get(code, f"missing ({code})")
                continue
            codes = [*labels, *(_code(value) for value in self.found.columns[name] if value not in (None, ""))]
            inside = [code for code in dict.fromkeys(codes) if not isinstance(code, str) and low <= code <= high]
            whole = float(low).is_integer() and float(high).is_integer()
            if whole and high - low < MOST_MISSING:
                inside = list(dict.fromkeys([*inside, *range(int(low), int(high) + 1)]))
            else:
                given = f"{low:g} to {high:g}" if low > _LOW and high < _HIGH else (low, high)
                what = "A range of missing values is told by the codes that occur; others in it would be answers."
                self.draft.note("missing-range", what, name, given, "changed")
            found |= {code: labels.get(code, f"missing ({code})") for code in sorted(inside)}
        return found

    def _sets(self) -> Iterator[tuple[str, list[str]]]:
        """Yield the multiple-response sets that are lists to tick."""
        sets: Any = getattr(self.meta, "mr_sets", None) or {}
        for name, one in sets.items():
            ids = [self.draft.columns.get(column, column) for column in one.get("variable_list", ())]
            ticked = one.get("is_dichotomy") and str(one.get("counted_value")) in ("1", "1.0")
            if not ticked or not all(self._tick(id) for id in ids):
                what = "A multiple-response set that is no list of 0 and 1 is left as single variables."
                self.draft.note("response-set", what, name, {key: str(value) for key, value in one.items()})
                continue
            scale = self.draft.ticked()
            for id in ids:
                self.draft.items[id]["scale"] = scale
            text = {self.language: one.get("label") or name}
            yield self.draft.block(name.lstrip("$"), "multiple", ids, text), ids

    def _tick(self, id: str) -> bool:
        item = self.draft.items.get(id)
        if item is None or any(id in block["items"] for block in self.draft.blocks.values()):
            return False
        scale = self.draft.scales[item["scale"]]
        codes = {*scale.get("labels", ()), scale.get("low"), scale.get("high")} - {None}
        return codes <= {0, 1} and not scale.get("missing")


def _code(value: Any) -> Code:
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    return value if isinstance(value, int) else str(value).strip()


def _between(codes: list[Code]) -> list[Code]:
    """Return the whole numbers from the lowest code to the highest, if there are few; else the codes."""
    whole = [code for code in codes if isinstance(code, int)]
    if len(whole) < len(codes) or not 1 < max(whole) - min(whole) < MOST_BETWEEN:
        return codes
    return list(range(min(whole), max(whole) + 1))


def _numeric(codes: Mapping[Code, str]) -> bool:
    return all(not isinstance(code, str) for code in codes)


def _order(code: Code) -> tuple[bool, float, str]:
    return (isinstance(code, str), 0.0 if isinstance(code, str) else float(code), str(code))
