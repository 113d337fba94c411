"""DDI-Codebook 2.5: the instrument as archives take it.

What was checked: the text of the XSD of version 2.5 (2012-01-17) was read for every element that is written here, from
``codeBook`` to ``notes``: order and number of children, required attributes, types (``xs:ID``, ``xs:IDREFS``,
``xs:language``) and listed values.  The tests hold every file against a grammar of our own that says the same about
these elements and about no others, and look up every reference.  What was not done: a run of a validator with the XSD
itself, which no package ships; and nothing was loaded into the software of an archive.
"""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

from cxresearch.survey.export.ddi.variables import Variables
from cxresearch.survey.export.ddi.xml import NAMESPACE, SCHEMA, Xml, tagged
from cxresearch.survey.export.export import Exported
from cxresearch.survey.export.loss import Loss, LossReport
from cxresearch.survey.form import Form

PLATFORM = "ddi"


def export(form: Form, languages: tuple[str, ...], name: str) -> Exported:
    """Write the codebook of one perspective as DDI-Codebook 2.5.

    Parameters
    ----------
    form : Form
    languages : tuple of str
        All of them stand side by side, told apart by ``xml:lang``.
    name : str
        Of the file.

    Examples
    --------
    >>> from cxresearch.survey.template import load_survey
    >>> form = load_survey("shipped:surveys/nps-pulse.yaml").form("customer")
    >>> exported = export(form, ("de", "en"), "pulse")
    >>> list(exported.files), exported.codes
    (['pulse.xml'], None)
    """
    xml = Xml(languages)
    variables = Variables(form, xml)
    root = ElementTree.Element("codeBook", {"xmlns": NAMESPACE, "version": "2.5", "xml:lang": xml.tags[languages[0]]})
    root.set("xmlns:xsi", "http://www.w3.org/2001/XMLSchema-instance")
    root.set("xsi:schemaLocation", f"{NAMESPACE} {SCHEMA}")
    _document(root, form, xml)
    _study(root, form, xml)
    variables.describe(root)
    ElementTree.indent(root, " ")
    content = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"
    report = LossReport(
        platform=PLATFORM,
        survey=form.survey.id,
        perspective=form.perspective,
        languages=languages,
        losses=tuple(_losses(form, languages, variables)),
    )
    return Exported(files={f"{name}.xml": content}, losses=report)


def _document(root: ElementTree.Element, form: Form, xml: Xml) -> None:
    citation = xml.add(xml.add(root, "docDscr"), "citation")
    _titles(xml.add(citation, "titlStmt"), form, xml)
    production = xml.add(citation, "prodStmt")
    xml.add(production, "software", "cxresearch")
    xml.add(xml.add(citation, "verStmt"), "version", form.survey.version)


def _titles(statement: ElementTree.Element, form: Form, xml: Xml) -> None:
    survey = form.survey
    first, *others = xml.languages
    xml.add(statement, "titl", survey.title.get(first), first)
    for language in others:
        xml.add(statement, "parTitl", survey.title.get(language), language)
    xml.add(statement, "IDNo", f"{survey.id}-{form.perspective}")


def _study(root: ElementTree.Element, form: Form, xml: Xml) -> None:
    survey = form.survey
    study = xml.add(root, "stdyDscr")
    citation = xml.add(study, "citation")
    _titles(xml.add(citation, "titlStmt"), form, xml)
    production = xml.add(citation, "prodStmt")
    xml.add(production, "copyright", survey.licence)
    version = xml.add(citation, "verStmt")
    xml.add(version, "version", survey.version)
    xml.add(citation, "biblCit", f"{survey.source}. {survey.id}, version {survey.version}. {survey.licence}.")
    for notice in survey.notices:
        xml.each(citation, "notes", notice)
    info = xml.add(study, "stdyInfo")
    if survey.description:
        xml.each(info, "abstract", survey.description)
    summary = xml.add(info, "sumDscr")
    perspective = survey.perspectives[form.perspective]
    xml.each(summary, "universe", perspective.name, clusion="I")
    xml.add(summary, "dataKind", "survey data", "en")
    method = xml.add(study, "method")
    collection = xml.add(method, "dataColl")
    xml.add(collection, "resInstru", "structured questionnaire", "en")
    for page in form.pages:
        if page.screenout:
            xml.each(method, "notes", page.screenout.text, type="screenout", subject=page.id)
    for key, quota in form.quotas.items():
        xml.each(method, "notes", quota.name, type="quota", subject=f"{key}: {quota.when}, n = {quota.n}")
    access = xml.add(study, "dataAccs")
    use = xml.add(access, "useStmt")
    xml.add(use, "citReq", survey.source)
    xml.add(use, "conditions", survey.licence)


def _losses(form: Form, languages: tuple[str, ...], variables: Variables) -> Iterator[Loss]:
    survey = form.survey
    others = [key for key in survey.perspectives if key != form.perspective]
    if others:
        values = {"others": ", ".join(others)}
        yield Loss(platform=PLATFORM, code="single-form", where=form.perspective, severity="note", values=values)
    conditional = [id for id, condition in form.shown_when().items() if condition is not None]
    if conditional:
        values = {"ids": ", ".join(conditional)}
        yield Loss(platform=PLATFORM, code="conditions", where=survey.id, severity="changed", values=values)
    if variables.shuffled:
        values = {"ids": ", ".join(variables.shuffled)}
        yield Loss(platform=PLATFORM, code="order", where=survey.id, severity="changed", values=values)
    for page in form.pages:
        if page.screenout:
            yield Loss(platform=PLATFORM, code="screenout", where=page.id, severity="changed")
    for quota in form.quotas:
        yield Loss(platform=PLATFORM, code="quotas", where=quota, severity="changed")
    for id, name in variables.ids.items():
        if name != f"V_{id}" and id in variables.described:
            yield Loss(platform=PLATFORM, code="names", where=id, severity="note", values={"name": name})
    for language, tag in tagged(languages).items():
        if tag != language:
            yield Loss(platform=PLATFORM, code="register", where=language, severity="note", values={"tag": tag})
