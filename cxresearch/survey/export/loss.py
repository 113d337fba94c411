"""What a platform cannot say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

import yaml

from cxresearch.survey.form import Form, FormPage

FOLDER = Path(__file__).resolve().parent / "losses"
Severity = Literal["lost", "changed", "note"]


@dataclass(frozen=True, kw_only=True)
class Loss:
    """One thing that a platform cannot say, or says otherwise.

    Parameters
    ----------
    platform : str
    code : str
        Names the sentence in ``losses/PLATFORM.yaml`` (or ``losses/common.yaml``), de and en.
    where : str
        Id of the item, field, block or page; the survey's id where it is about all of it.
    severity : {"lost", "changed", "note"}
        Lost: respondents see or may do something else.  Changed: the same by other means.
        Note: something that whoever fields the survey has to do or to know.
    values : dict
        What is put into the sentence.
    """

    platform: str
    code: str
    where: str
    severity: Severity = "lost"
    values: Mapping[str, Any] = field(default_factory=dict)

    def text(self, lang: str) -> str:
        """Say it in German or English."""
        sentences = _sentences(self.platform).get(self.code) or _sentences("common")[self.code]
        return sentences[lang.split("-")[0]].format(where=self.where, **self.values)


@dataclass(frozen=True, kw_only=True)
class LossReport:
    """Everything that one export loses."""

    platform: str
    survey: str
    perspective: str
    languages: tuple[str, ...]
    losses: tuple[Loss, ...] = ()

    def __len__(self) -> int:
        return len(self.losses)

    def data(self) -> dict[str, Any]:
        """Return the report for machines."""
        told = [{**asdict(loss), "text": {lang: loss.text(lang) for lang in ("de", "en")}} for loss in self.losses]
        return {
            "platform": self.platform,
            "survey": self.survey,
            "perspective": self.perspective,
            "languages": list(self.languages),
            "losses": told,
        }

    def text(self, lang: str) -> str:
        """Return the report for people, a line a loss."""
        return "\n".join(f"{loss.severity} {loss.code} {loss.where}: {loss.text(lang)}" for loss in self.losses)


def mixed_pages(form: Form) -> dict[str, list[FormPage]]:
    """Return the pages that come in random order among themselves; one that this perspective alone sees has no other.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/leadership-gap.yaml").form("employee")
    >>> {group: len(pages) for group, pages in mixed_pages(form).items()}
    {'leading': 2}
    """
    found: dict[str, list[FormPage]] = {}
    for page in form.pages:
        if page.group:
            found.setdefault(page.group, []).append(page)
    return {group: pages for group, pages in found.items() if len(pages) > 1}


@cache
def _sentences(platform: str) -> dict[str, dict[str, str]]:
    path = FOLDER / f"{platform}.yaml"
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {} if path.is_file() else {}
