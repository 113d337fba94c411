"""A first survey from a plain frame."""

from __future__ import annotations

import pandas as pd

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

    Examples
    --------
    >>> frame = pd.DataFrame({"q1": [1, 2, 5, 4], "city": ["Kiel", "Ulm", "Kiel", "Ulm"]})
    >>> survey = infer_survey(frame)
    >>> survey.scale_of("q1").codes, survey.fields["city"].kind
    ((1, 2, 3, 4, 5), 'group')
    """
    columns = {str(name): frame[name].dropna().tolist() for name in frame.columns}
    return infer_survey_from_columns(columns, id=id, language=language)
