"""A first survey from a plain frame."""

from __future__ import annotations

import pandas as pd

from cxresearch.errors import ArgumentError, DataError, Fault
from cxresearch.survey.infer import infer_survey_from_columns
from cxresearch.survey.survey import Survey


def infer_survey(frame: pd.DataFrame, *, id: str = "inferred", language: str = "en") -> Survey:
    """Infer a survey from the columns of a frame, as a start to be refined by hand.

    Write it with :func:`cxresearch.write_survey`, then correct levels, wording and missing codes.

    Parameters
    ----------
    frame : DataFrame
    id : str
    language : str
        Language the column names stand for.

    Raises
    ------
    DataError
        ``data.duplicate-column`` for columns without a name of their own.

    Examples
    --------
    >>> frame = pd.DataFrame({"q1": [1, 2, 5, 4], "city": ["Kiel", "Ulm", "Kiel", "Ulm"]})
    >>> survey = infer_survey(frame)
    >>> survey.scale_of("q1").codes, survey.fields["city"].kind
    ((1, 2, 3, 4, 5), 'group')
    """
    if not isinstance(frame, pd.DataFrame):
        allowed = "a pandas DataFrame; cx.read(path) gives one"
        given = type(frame).__name__
        raise ArgumentError(Fault(code="data.not-a-frame", what="This is no frame.", given=given, allowed=allowed))
    names = [str(name).strip() for name in frame.columns]
    twice = sorted({name for name in names if names.count(name) > 1 or not name})
    if twice:
        what = "Every column needs a name of its own."
        raise DataError(Fault(code="data.duplicate-column", what=what, given=twice, do="Rename these columns."))
    columns = {name: frame.iloc[:, i].dropna().tolist() for i, name in enumerate(names)}
    return infer_survey_from_columns(columns, id=id, language=language)
