"""One question of an ODK form: its type, its range, its choices, and "don't know" beside what is typed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cxresearch.survey.export.loss import Loss, Severity
from cxresearch.survey.export.xlsform.places import Places, is_range, is_typed
from cxresearch.survey.export.xlsform.text import Names, choice_names, plain, said
from cxresearch.survey.export.xlsform.xpath import xpath
from cxresearch.survey.expression import Condition
from cxresearch.survey.form import Entry, Option
from cxresearch.survey.text import Text

PLATFORM = "xlsform"
Row = dict[str, Any]  # column to cell; label, hint and messages hold a Text
MOST_BESIDE = 12  # numbers that are shown side by side
LAST = ("other", "none")
EXACT = 1e-6


class Questions:
    """Writes single questions, and keeps the lists of choices and the losses of the form.

    Parameters
    ----------
    places : Places
    languages : tuple of str
    """

    def __init__(self, places: Places, languages: tuple[str, ...]) -> None:
        self.places = places
        self.languages = languages
        self.lists: dict[str, list[Row]] = {}
        self.losses: list[Loss] = []
        self._known: dict[object, str] = {}
        self._names = Names()

    def lose(self, code: str, where: str, severity: Severity = "lost", **values: object) -> None:
        """Take down what the platform cannot say, once."""
        loss = Loss(platform=PLATFORM, code=code, where=where, severity=severity, values=values)
        if loss not in self.losses:
            self.losses.append(loss)

    def when(self, *conditions: Condition | None, also: tuple[str, ...] = ()) -> Row:
        """Return the cell that says when something is shown."""
        parts = [xpath(one, self.places.stored) for one in conditions if one is not None]
        parts += also
        return {"relevant": f"({') and ('.join(parts)})" if len(parts) > 1 else parts[0]} if parts else {}

    def said(self, key: str, **values: object) -> Text:
        """Return a sentence of the form itself."""
        return said(key, self.languages, **values)

    def entry(
        self, entry: Entry, *, need: str | None = None, appearance: str | None = None, ends_in_row: bool = False
    ) -> Iterator[Row]:
        """Yield the rows of one variable.

        Parameters
        ----------
        entry : Entry
        need : {"no", "soft", "yes"}, optional
            Of the block around it; the stronger of both counts.
        appearance : str, optional
        ends_in_row : bool
            The choices are shared with other rows, so that own ends stand in the wording.
        """
        stored = self.places.stored[entry.id]
        name, aside = stored.names[0], stored.aside
        required = self._required(entry, need)
        row: Row = {"name": name, "label": entry.text, **self.when(entry.relevance)}
        if entry.hint:
            row["hint"] = entry.hint
        if required and not aside:
            row |= {"required": "yes", "required_message": self.said("required")}
        if is_typed(entry):
            row |= self._typed(entry)
        else:
            row |= self._choice(entry, ends_in_row) | ({"appearance": appearance} if appearance else {})
        yield row
        if aside:
            options = tuple(option for option in entry.options if option.missing)
            label = self.said("instead")
            # it is gone as soon as something is entered, so that it can bear the requirement for both
            need_here = {"required": "yes", "required_message": self.said("either")} if required else {}
            yield {
                "type": f"select_one {self.list_of(aside, options)}",
                "name": aside,
                "label": label,
                **self.when(entry.relevance, also=(f"${{{name}}} = ''",)),
                **need_here,
            }
            self.lose("aside", entry.id, "changed", **_in_both("options", options))

    def list_of(self, wanted: str, options: tuple[Option, ...], ends: Mapping[Any, Text] | None = None) -> str:
        """Return the name of a list of choices; lists that are alike are one."""
        names = choice_names(tuple(option.code for option in options))
        labels = {option.code: (ends or {}).get(option.code) or option.text for option in options}
        return self.choices(wanted, [{"name": names[code], "label": label} for code, label in labels.items()])

    def choices(self, wanted: str, choices: list[Row]) -> str:
        """Return the name of a list of ready choices."""
        key = tuple((choice["name"], *(choice["label"].get(one) for one in self.languages)) for choice in choices)
        if key not in self._known:
            self._known[key] = self._names.new(wanted)
            self.lists[self._known[key]] = choices
        return self._known[key]

    def _required(self, entry: Entry, need: str | None) -> bool:
        needs = (entry.required, need)
        if "yes" not in needs and "soft" in needs:
            self.lose("soft-required", entry.id)
        return "yes" in needs

    def _choice(self, entry: Entry, ends_in_row: bool) -> Row:
        row: Row = {}
        labels = dict(scale_labels(entry, self.languages))
        if entry.ends and entry.scale and entry.scale.low is not None and ends_in_row:
            low, high = entry.ends.low, entry.ends.high
            told = {one: f"{entry.text.get(one)} ({low.get(one)} – {high.get(one)})" for one in self.languages}
            row["label"] = Text(told)
            self.lose("ends-in-row", entry.id, "changed")
        elif entry.ends:
            valid = [option.code for option in entry.options if not option.missing]
            for code, end in ((valid[0], entry.ends.low), (valid[-1], entry.ends.high)):
                labels[code] = Text({one: f"{code} – {end.get(one)}" for one in self.languages})
        wanted = entry.scale.id if entry.scale and entry.scale.id else entry.id
        row["type"] = f"select_one {self.list_of(wanted, entry.options, labels)}"
        if entry.widget == "dropdown":
            row["appearance"] = "minimal"
        elif entry.widget == "slider":
            self.lose("slider-as-list", entry.id, "changed")
        elif labels and len(entry.options) <= MOST_BESIDE:
            row["appearance"] = "columns-pack"
        if entry.shuffle:
            row["parameters"] = "randomize=true"
            self.last(entry.id, [one for one in entry.options if one.missing or one.code in LAST])
        return row

    def last(self, where: str, options: list[Option]) -> None:
        """Tell that some options do not stay last."""
        if options:
            self.lose("shuffle-all", where, "lost", **_in_both("last", options))

    def _typed(self, entry: Entry) -> Row:
        if entry.kind in ("text", "date"):
            lines = {"appearance": "multiline"} if entry.widget == "lines" else {}
            return {"type": entry.kind, **lines}
        scale = entry.scale
        if is_range(entry) and scale and scale.low is not None and scale.high is not None and scale.step:
            self.lose("slider-labels", entry.id, "note")
            told = f"start={plain(scale.low)} end={plain(scale.high)} step={plain(scale.step)}"
            return {"type": "range", "parameters": told, **self._slider_hint(entry)}
        whole = bool(entry.step and float(entry.step).is_integer() and float(entry.low or 0).is_integer())
        return {"type": "integer" if whole else "decimal", **self._range(entry, whole)}

    def _slider_hint(self, entry: Entry) -> Row:
        scale = entry.scale
        labels = dict(scale.labels) if scale else {}
        if entry.ends and scale and scale.low is not None and scale.high is not None:
            labels |= {scale.low: entry.ends.low, scale.high: entry.ends.high}
        if not labels:
            return {}
        hint = {}
        for one in self.languages:
            told = ", ".join(f"{plain(float(code))} = {text.get(one)}" for code, text in labels.items())
            hint[one] = f"{entry.hint.get(one)} ({told})" if entry.hint else told
        return {"hint": Text(hint)}

    def _range(self, entry: Entry, whole: bool) -> Row:
        low, high, step = entry.low, entry.high, entry.step
        parts, message = [], None
        if low is not None:
            parts.append(f". >= {plain(low)}")
            message = self.said("from", low=plain(low))
        if high is not None:
            parts.append(f". <= {plain(high)}")
            message = self.said("upto", high=plain(high))
        if low is not None and high is not None:
            message = self.said("between", low=plain(low), high=plain(high))
        if step and (not whole or step != 1):
            first = plain(low or 0)
            count = f"((. - {first}) div {plain(step)})"
            # binary fractions: 0.3 div 0.1 is not quite 3
            parts.append(f"({count} - round{count}) < {EXACT:.6f} and (round{count} - {count}) < {EXACT:.6f}")
            message = self.said("steps", step=plain(step), low=first)
        if message is None:
            return {}
        return {"constraint": " and ".join(parts), "constraint_message": message}


def _in_both(name: str, options: Sequence[Option]) -> dict[str, str]:
    """Return what options are called for a German and for an English sentence."""
    return {f"{name}_{one}": ", ".join(option.text.get(one) for option in options) for one in ("de", "en")}


def scale_labels(entry: Entry, languages: tuple[str, ...]) -> dict[Any, Text]:
    """Return the choices of a range that has points without a label: those with one bear their number as well.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> scale_labels(form.entries[0], ("en",))[10].get("en")[:5]
    '10 – '
    """
    scale = entry.scale
    if scale is None or not scale.is_range or all(code in scale.labels for code in scale.codes):
        return {}
    return {code: Text({one: f"{code} – {text.get(one)}" for one in languages}) for code, text in scale.labels.items()}
