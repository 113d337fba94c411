"""The variables of a DDI codebook, and what groups them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from cxresearch.survey.block import Diary, Vignette
from cxresearch.survey.export.ddi.xml import Xml, identifiers
from cxresearch.survey.export.paper.numbers import Numbers, numbered
from cxresearch.survey.export.paper.sentence import Sentences
from cxresearch.survey.export.paper.words import Words
from cxresearch.survey.expression import Condition
from cxresearch.survey.form import Entry, Form, Group, Passage
from cxresearch.survey.form import members as members_of
from cxresearch.survey.item import BackgroundField, Item
from cxresearch.survey.scale import Code
from cxresearch.survey.text import Text

GROUPS = {
    "multiple": "multipleResp",
    "grid": "grid",
    "dual": "grid",
    "maxdiff": "grid",
    "ranking": "grid",
    "kano": "grid",
}


class Variables:
    """Describes every variable of a form, and the columns that come with its data."""

    def __init__(self, form: Form, xml: Xml) -> None:
        self.form, self.xml = form, xml
        self.numbers: Numbers = numbered(form)
        self.sentences = {}
        for language in xml.languages:
            words = Words(language)
            self.sentences[language] = Sentences(words, self.numbers.references(words))
        self.columns = [key for key, field in form.survey.fields.items() if field.text is None]
        asked = [entry.id for entry in form.entries]
        self.ids = identifiers([*asked, *self.columns], "V")
        self.described = set(self.ids)
        self.shown = form.shown_when()
        self.shuffled = [entry.id for entry in form.entries if entry.shuffle]
        self.groups: dict[str, Group] = {}
        self.passages: dict[str, Text] = {}
        for page in form.pages:
            self.shuffled += [page.id] if page.shuffle or page.group else []
            for part in page.parts:
                if isinstance(part, Passage):
                    self.passages[part.id] = part.text
                elif isinstance(part, Group):
                    self.shuffled += [part.id] if part.shuffle else []
                    self.groups |= {entry.id: part for entry in part.entries}

    def describe(self, root: Element) -> None:
        """Add the description of the data: groups first, as the schema wants it."""
        data = self.xml.add(root, "dataDscr")
        rounds = self._rounds()
        names = [
            *((f"page.{page.id}") for page in self.form.pages),
            *(f"rounds.{key}" for key in rounds),
            *(f"block.{part.id}" for page in self.form.pages for part in page.parts if isinstance(part, Group)),
            *(f"construct.{key}" for key in self.form.survey.constructs),
        ]
        ids = identifiers(names, "G")
        for page in self.form.pages:
            if page.entries:
                members = [entry.id for entry in page.entries]
                group = self._group(data, ids[f"page.{page.id}"], "section", page.id, members, page.title)
                self.xml.each(group, "txt", page.intro)
        for key, members in rounds.items():
            block = self.form.survey.blocks[key]
            kind = "repetition" if isinstance(block, Diary) else "randomized"
            group = self._group(data, ids[f"rounds.{key}"], kind, key, members, block.name)
            for said in ("stem", "hint"):
                self.xml.each(group, "txt", self.passages.get(f"{key}_{said}"))
        for page in self.form.pages:
            for part in page.parts:
                if isinstance(part, Group):
                    members = [entry.id for entry in part.entries]
                    group = self._group(data, ids[f"block.{part.id}"], GROUPS[part.kind], part.id, members, part.text)
                    rule = _rule(part)
                    if rule:
                        self.xml.add(group, "notes", rule, type="rule")
        self._constructs(data, ids)
        for entry in self.form.entries:
            self._asked(data, entry)
        for key in self.columns:
            self._column(data, key, self.form.survey.fields[key])
        for page in self.form.pages:
            if not page.entries:
                self.xml.each(data, "notes", page.intro, type="text shown", subject=page.id)

    def _rounds(self) -> dict[str, list[str]]:
        """Return the blocks that ask the same several times, with their variables."""
        asked = {entry.id for entry in self.form.entries}
        blocks = {k: block for k, block in self.form.survey.blocks.items() if isinstance(block, Vignette | Diary)}
        found = {key: [id for id in members_of(key, block) if id in asked] for key, block in blocks.items()}
        return {key: here for key, here in found.items() if here}

    def _group(self, data: Element, id: str, kind: str, name: str, members: list[str], label: Text | None) -> Element:
        refs = " ".join(self.ids[member] for member in members)
        group = self.xml.add(data, "varGrp", ID=id, type=kind, name=name, var=refs)
        self.xml.each(group, "labl", label)
        return group

    def _constructs(self, data: Element, ids: dict[str, str]) -> None:
        survey = self.form.survey
        for key, construct in survey.constructs.items():
            items = [item for item in survey.items_of(key, self.form.perspective) if item.id in self.ids]
            if not items:
                continue
            group = self._group(
                data, ids[f"construct.{key}"], "analysis", key, [item.id for item in items], construct.name
            )
            self.xml.each(group, "txt", construct.definition)
            told = f"score: {construct.rule} of the items, where at least {construct.needed(len(items))} are answered"
            turned = [item.id for item in items if item.reversed]
            told += f"; reversed before: {', '.join(turned)}" if turned else ""
            self.xml.add(group, "notes", told, "en", type="scoring")

    def _asked(self, data: Element, entry: Entry) -> None:
        source = entry.source
        numeric = not any(isinstance(option.code, str) for option in entry.options)
        contin = entry.kind == "number" and entry.step is None
        attributes = {
            "ID": self.ids[entry.id],
            "name": entry.id,
            "intrvl": "contin" if contin else "discrete",
            "nature": entry.scale.level.value if entry.scale else "ratio" if entry.kind == "number" else None,
            "representationType": {"choice": "code", "number": "numeric", "date": "datetime", "text": "text"}[
                entry.kind
            ],
        }
        variable = self.xml.add(data, "var", **attributes)
        self.xml.each(variable, "labl", source.name or entry.text)
        if isinstance(source, BackgroundField) and source.identifying:
            self.xml.add(variable, "security", "Identifies respondents; keep apart and do not publish.", "en")
        if not entry.drawn:
            self._questions(variable, entry)
        if entry.kind == "number" or (entry.scale is not None and entry.scale.is_range):
            self._range(variable, entry.low, entry.high, entry.step)
        self._invalid(variable, entry.missing)
        self._universe(variable, self.shown[entry.id])
        if entry.scale and entry.drawn:
            self._stories(variable, entry)
        elif entry.kind == "choice" or entry.options:
            for option in entry.options:
                self._category(variable, option.code, option.text, option.missing)
        if isinstance(source, Item):
            self._concept(variable, source)
        character = entry.kind in ("text", "date") or not numeric
        kind = "character" if character else "numeric"
        self.xml.add(variable, "varFormat", type=kind, category="date" if entry.kind == "date" else None)
        for note in _notes(entry):
            self.xml.add(variable, "notes", note, "en")

    def _questions(self, variable: Element, entry: Entry) -> None:
        group = self.groups.get(entry.id)
        for language in self.xml.languages:
            question = self.xml.add(variable, "qstn", None, language, seqNo=self.numbers.variables[entry.id])
            if group and group.text:
                self.xml.add(question, "preQTxt", group.text.get(language), language)
            text = entry.text.get(language)
            if entry.ends:
                text += f" ({entry.ends.low.get(language)} – {entry.ends.high.get(language)})"
            self.xml.add(question, "qstnLit", text, language)
            hints = [hint.get(language) for hint in (group.hint if group else None, entry.hint) if hint]
            if hints:
                self.xml.add(question, "ivuInstr", " ".join(hints), language)

    def _range(self, variable: Element, low: float | None, high: float | None, step: float | None) -> None:
        if low is not None or high is not None:
            real = step is None or any(value is not None and float(value) % 1 for value in (low, high, step))
            ends = {end: None if value is None else _plain(value) for end, value in (("min", low), ("max", high))}
            self.xml.add(self.xml.add(variable, "valrng"), "range", UNITS="REAL" if real else "INT", **ends)

    def _invalid(self, variable: Element, missing: Iterable[Code]) -> None:
        codes = [_plain(code) for code in missing]
        if codes:
            invalid = self.xml.add(variable, "invalrng")
            for code in codes:
                self.xml.add(invalid, "item", VALUE=code)

    def _universe(self, variable: Element, condition: Condition | None) -> None:
        if condition is None:
            return
        who = self.form.survey.perspectives[self.form.perspective].name
        for language in self.xml.languages:
            clause = self.sentences[language].clause(condition)
            joined = "wenn" if language.split("-")[0] == "de" else "if"
            self.xml.add(variable, "universe", f"{who.get(language)}, {joined} {clause}", language, clusion="I")

    def _stories(self, variable: Element, entry: Entry) -> None:
        for option in entry.options:
            story = self.passages.get(f"{entry.id}_{option.code}")
            self._category(variable, option.code, option.text, False, story)

    def _category(self, variable: Element, code: Code, text: Text, missing: bool, long: Text | None = None) -> None:
        category = self.xml.add(variable, "catgry", missing="Y" if missing else "N")
        self.xml.add(category, "catValu", _plain(code))
        if text.get(self.xml.languages[0]) != str(code):
            self.xml.each(category, "labl", text)
        self.xml.each(category, "txt", long)

    def _concept(self, variable: Element, item: Item) -> None:
        survey = self.form.survey
        if item.construct:
            self.xml.each(variable, "concept", survey.constructs[item.construct].name, vocab="construct")
        if item.touchpoint:
            self.xml.each(variable, "concept", survey.touchpoints[item.touchpoint].name, vocab="touchpoint")

    def _column(self, data: Element, key: str, field: BackgroundField) -> None:
        weight = "wgt" if field.kind == "weight" else None
        contin = weight or (field.kind == "number" and field.step is None)
        intrvl = "contin" if contin else "discrete"
        variable = self.xml.add(data, "var", ID=self.ids[key], name=key, wgt=weight, intrvl=intrvl)
        self.xml.each(variable, "labl", field.name)
        if field.identifying:
            self.xml.add(variable, "security", "Identifies respondents; keep apart and do not publish.", "en")
        if field.kind == "number":
            self._range(variable, field.low, field.high, field.step)
        self._invalid(variable, field.missing)
        for missing, codes in ((False, field.labels), (True, field.missing)):
            for code, text in codes.items():
                self._category(variable, code, text, missing)
        self.xml.add(variable, "notes", f"comes with the data ({field.kind}), not asked", "en")


def _notes(entry: Entry) -> Iterator[str]:
    if entry.drawn:
        yield "drawn at random, not asked"
    if entry.required != "no":
        yield "required" if entry.required == "yes" else "a reminder, once, where it is left empty"
    if entry.shuffle:
        yield "options in random order"
    if entry.expects is not None:
        yield f"attention check: the only right answer is {entry.expects}"
    source = entry.source
    if isinstance(source, Item):
        if source.reversed:
            yield "reversed: agreement means less of the construct"
        if source.index:
            yield f"feeds the index {source.index}"
        if source.wording != "own":
            yield f"wording: {source.wording}; {source.source or ''} {source.licence or ''}".strip(" ;")


def _rule(group: Group) -> str:
    told = []
    if group.at_least:
        told.append(f"at least {group.at_least}")
    if group.at_most:
        told.append(f"at most {group.at_most}")
    if group.exclusive:
        told.append(f"alone: {', '.join(group.exclusive)}")
    if group.top:
        told.append(f"the first {group.top} are ranked")
    if group.shuffle:
        told.append("rows in random order")
    return "; ".join(told)


def _plain(code: Code) -> str:
    return str(int(code)) if isinstance(code, float) and code.is_integer() else str(code)
