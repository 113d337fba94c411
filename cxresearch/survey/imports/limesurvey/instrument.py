"""LimeSurvey surveys: the structure file (.lss) and the tab-separated one (.txt)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cxresearch.errors import Fault, Place, SurveyError, shown_path, unreadable
from cxresearch.survey.expression import LONGEST
from cxresearch.survey.imports.draft import Draft, language_of
from cxresearch.survey.imports.imported import Imported
from cxresearch.survey.imports.limesurvey.lss import from_lss
from cxresearch.survey.imports.limesurvey.model import Group, LimeSurvey, Question, Texts
from cxresearch.survey.imports.limesurvey.questions import Builder
from cxresearch.survey.imports.limesurvey.relevance import relevance
from cxresearch.survey.imports.limesurvey.tsv import from_tsv
from cxresearch.survey.imports.markup import plain

_READ = frozenset(
    [
        "random_order",
        "answer_order",
        "subquestion_order",
        "exclude_all_others",
        "min_answers",
        "max_answers",
        "max_subquestions",
        "hidden",
        "min_num_value_n",
        "max_num_value_n",
        "num_value_int_only",
        "dualscale_headerA",
        "dualscale_headerB",
        "other_replace_text",
        "random_group",
        "array_filter",
        "array_filter_exclude",
    ]
)
_LOOK = [
    "statistics_",
    "text_input_",
    "slider_",
    "location_",
    "display_",
    "time_limit_",
    "dropdown_",
    "label_input",
    "input_size",
    "input_boxes",
    "cssclass",
    "hide_tip",
    "printable_help",
    "public_statistics",
    "page_break",
    "prefix",
    "suffix",
    "placeholder",
    "question_template",
    "question_theme_name",
    "save_as_default",
    "scale_export",
    "repeat_headings",
    "answer_width",
    "samechoiceheight",
    "samelistheight",
    "showpopups",
    "rank_title",
    "choice_title",
    "category_separator",
    "use_dropdown",
    "alphasort",
    "parent_order",
    "reverse",
    "clear_default",
    "commented_checkbox",
    "choice_input_columns",
    "maximum_chars",
]
_TITLE = "surveyls_title"


def read_limesurvey(path: str | Path) -> Imported:
    """Read a LimeSurvey survey; question codes become ids, answer codes stay what they are.

    Relevance is translated where the survey language can say it; where it cannot, a note holds the expression.

    Parameters
    ----------
    path : str or Path
        Whether it is the one format or the other is found out.

    Returns
    -------
    Imported
        Its `columns` name the columns of an answers file (headings: question codes), where they differ.

    Raises
    ------
    SurveyError
        ``import.missing-file``, ``import.not-limesurvey``.
    """
    file = shown_path(path)
    try:
        text = Path(path).read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise SurveyError(_not_limesurvey(file, "The file is not UTF-8.")) from None
    except (OSError, ValueError):
        raise SurveyError(unreadable(path, "import.missing-file")) from None
    found = from_lss(text) if text.lstrip().startswith("<") else from_tsv(text)
    if found is None or not any(group.questions for group in found.groups):
        raise SurveyError(_not_limesurvey(file, "The file holds no questions of LimeSurvey."))
    return _Reader(file, found).read()


def _not_limesurvey(file: str, what: str) -> Fault:
    do = "In LimeSurvey: Display/Export, Survey structure (.lss) or Tab-separated-values format (.txt)."
    return Fault(code="import.not-limesurvey", what=what, place=Place(file=file), do=do)


class _Reader:
    def __init__(self, file: str, survey: LimeSurvey) -> None:
        self.survey = _renamed(survey)
        self.draft = Draft(file, "limesurvey", self.survey.languages)
        for tag in survey.strange:
            self.draft.note("no-language", "This is no tag of a language; its wordings are left out.", "S", tag)
        self.builder = Builder(self.draft)

    def read(self) -> Imported:
        welcome = self.survey.wordings.get("surveyls_welcometext", {})
        if any(plain(text).text for text in welcome.values()):
            self.draft.pages.append({"intro": self.draft.wording(welcome, "surveyls_welcometext")})
        for number, group in enumerate(self.survey.groups, start=1):
            self._group(group, number)
        self._old_names()
        self._relevances()
        for quota in self.survey.quotas:
            self._quota(quota)
        for kind, where, content in self.survey.others:
            what = (
                "Two parts have one code; the second is left out."
                if kind == "duplicate"
                else f"Rows of the kind {kind} are not taken over."
            )
            self.draft.note(kind.lower(), what, where, content)
        self._settings()
        title = {one: plain(text).text for one, text in self.survey.wordings.get(_TITLE, {}).items()}
        name = title.get(self.draft.languages[0]) or self.survey.settings.get("sid") or "survey"
        description = self.survey.wordings.get("surveyls_description", {})
        more = {}
        if any(plain(text).text for text in description.values()):
            more["description"] = self.draft.wording(description, "surveyls_description")
        return self.draft.imported(name, title or {self.draft.languages[0]: name}, **more)

    def _group(self, group: Group, number: int) -> None:
        page: dict[str, Any] = {"id": self.draft.id(f"page{number}")}
        if any(group.titles.values()) and not self._as_the_survey(group.titles):
            page["title"] = self.draft.wording(group.titles, f"group {number}")
        if any(plain(text).text for text in group.texts.values()):
            page["intro"] = self.draft.wording(group.texts, f"group {number} description")
        if group.random:
            page["group"] = group.random
        page["items"] = []
        self._wait(page, group.relevance, f"group {number}")
        self.draft.pages.append(page)
        together = {q.attributes.get("random_group", "") for q in group.questions}
        if together - {""}:
            if len(together) == 1:
                page["shuffle"] = True
            else:
                what = "Only some questions of this page come in random order; here none do."
                self.draft.note("random-group", what, f"group {number}", sorted(together))
        for q in group.questions:
            page = self._question(q, page, group)

    def _as_the_survey(self, titles: Texts) -> bool:
        """Return whether a group bears the title of the survey, for want of one of its own."""
        whole = self.survey.wordings.get(_TITLE, {})
        return all(plain(text).text == plain(whole.get(language, "")).text for language, text in titles.items())

    def _question(self, q: Question, page: dict[str, Any], group: Group) -> dict[str, Any]:
        self._attributes(q)
        if q.type == "X":
            if page["items"] or "intro" in page or q.relevance.strip() not in ("", "1"):
                self.draft.note("passage", "A text between questions begins a page here.", q.code, severity="changed")
                page = {"items": [], **({"group": group.random} if group.random else {})}
                self._wait(page, q.relevance, q.code)
                self._wait(page, group.relevance, q.code)
                self.draft.pages.append(page)
            page["intro"] = self.draft.wording(q.texts, q.code)
            return page
        names = self.builder.question(q)
        if q.attributes.get("hidden") == "1" and names:
            what = "A hidden question is asked here; take it off the page if it is not meant for respondents."
            self.draft.note("hidden", what, q.code, severity="changed", line=q.line)
        for name in names:
            self._wait(self.draft.part(name), q.relevance, q.code)
        page["items"] += names
        return page

    def _attributes(self, q: Question) -> None:
        """Tell of everything about a question that is not taken over."""
        look = []
        for key, value in q.attributes.items():
            name = key.split(":")[0]
            if name in _READ or value in ("", "0", "N", "default", "normal"):
                continue
            if any(name.startswith(one) for one in _LOOK):
                look.append(f"{key}={value}")
            else:
                self.draft.note("attribute", f"The attribute {name} is not taken over.", q.code, value, line=q.line)
        if look:
            what = "How a question looks is not taken over."
            self.draft.note("look", what, q.code, "; ".join(look), "note", q.line)
        for name, value in (("validation", q.validation), ("default", q.default)):
            if value:
                self.draft.note(name, f"The {name} of a question is not taken over.", q.code, value, line=q.line)
        for part in (*q.subs, *q.answers):
            for name, value in part.more.items():
                self.draft.note(name.replace("_", "-"), f"{name} is not taken over.", f"{q.code}[{part.code}]", value)
        for key in ("array_filter", "array_filter_exclude"):
            if other := q.attributes.get(key):
                self._filter(q, key, other)

    def _filter(self, q: Question, key: str, value: str) -> None:
        """Show a row where the option of the same code was ticked before."""
        rows = self.builder.rows.get(value.strip())
        if rows is None:
            what = "Rows are filtered by another question; here all of them are shown."
            self.draft.note("array-filter", what, q.code, value, line=q.line)
            return
        for sub in q.subs:
            if sub.code in rows:
                said = f'{value.strip()}_{sub.code}.NAOK == "Y"'
                said = f"!({said})" if key.endswith("exclude") else said
                sub.relevance = said if sub.relevance in ("", "1") else f"({sub.relevance}) && {said}"

    def _wait(self, part: dict[str, Any], expression: str, where: str) -> None:
        if expression.strip() not in ("", "1"):
            self.builder.relevances.append((part, expression, where))

    def _old_names(self) -> None:
        """Know the names of older expressions as well: survey X group X question."""
        sid = self.survey.settings.get("sid", "")
        known = dict(self.builder.variables)
        for group in self.survey.groups:
            for q in group.questions if sid and group.id else ():
                stem = f"{sid}X{group.id}X{q.id}"
                for name, variable in known.items():
                    if name == q.code or name.startswith(f"{q.code}_"):
                        self.builder.variables.setdefault(stem + name[len(q.code) :].replace("_", "", 1), variable)

    def _relevances(self) -> None:
        for part, expression, where in self.builder.relevances:
            said = relevance(expression, self.builder.variables)
            old = part.get("relevance")
            text = f"({old}) and ({said})" if old and said else said
            if text is None or len(text) > LONGEST:
                what = "A condition cannot be said in a survey file; this is always shown."
                self.draft.note("relevance", what, where, expression)
            elif text:
                part["relevance"] = text

    def _quota(self, quota: dict[str, Any]) -> None:
        name = str(quota.get("name") or quota.get("id") or "quota")
        named = {q.id: q.code for group in self.survey.groups for q in group.questions}
        by: dict[str, list[str]] = {}
        for member in quota["members"]:
            variable = self.builder.variables.get(named.get(member.get("qid", ""), ""))
            code = variable.codes.get(member.get("code", "")) if variable else None
            if variable is None or code is None:
                by.clear()
                break
            by.setdefault(variable.id, []).append(f"{variable.id} == {code!r}")
        n = str(quota.get("qlimit") or "")
        if not by or not n.isdigit() or int(n) < 1:
            self.draft.note("quota", "A quota cannot be said in a survey file.", name, quota)
            return
        when = " and ".join(f"({' or '.join(parts)})" if len(parts) > 1 else parts[0] for parts in by.values())
        self.draft.quota(name, when, int(n))

    def _settings(self) -> None:
        settings = self.survey.settings
        if settings.get("format", "G") != "G":
            what = "The survey shows one question a page, or all of them; here a group is a page."
            self.draft.note("format", what, "S", settings["format"], "changed")
        for name in ("surveyls_endtext", "surveyls_policy_notice", "surveyls_policy_error", "surveyls_url"):
            texts = self.survey.wordings.get(name, {})
            if any(texts.values()):
                self.draft.note("wording", f"{name} is not taken over.", "SL", texts)
        what = "Settings of the survey, its mails and its access are no part of an instrument."
        kept = [
            key
            for key, value in settings.items()
            if value and key not in ("language", "additional_languages", "format")
        ]
        mails = [name for name, texts in self.survey.wordings.items() if any(texts.values()) and "email" in name]
        if kept or mails:
            self.draft.note("settings", what, "S", ", ".join([*kept, *mails]), "note")


def _renamed(survey: LimeSurvey) -> LimeSurvey:
    """Give languages the names that they have here."""

    def told(texts: dict[str, str]) -> dict[str, str]:
        return {known[one]: text for one, text in texts.items() if one in known}

    tags = list(dict.fromkeys([*survey.languages, *(one for texts in survey.wordings.values() for one in texts)]))
    known = {tag: language for tag in tags if (language := language_of(tag))}
    survey.strange = [tag for tag in tags if tag not in known]
    survey.languages = [known[tag] for tag in survey.languages if tag in known] or ["en"]
    survey.wordings = {name: told(texts) for name, texts in survey.wordings.items()}
    for group in survey.groups:
        group.titles, group.texts = told(group.titles), told(group.texts)
        for q in group.questions:
            q.texts, q.helps = told(q.texts), told(q.helps)
            names = {key: key.split(":") for key in q.attributes}
            q.attributes = {
                ":".join([name[0], *(known.get(one, one) for one in name[1:])]): q.attributes[key]
                for key, name in names.items()
            }
            for part in (*q.subs, *q.answers):
                part.texts = told(part.texts)
    return survey
