"""Make the simulated answers of this study; the truth is stated here and nowhere else.

Run it from the root of the project::

    python3 -m uv run python reports/credibility-demo/make_data.py
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from cxresearch.responses.responses import Responses
from cxresearch.responses.simulate import Truth, simulate
from cxresearch.responses.write import write_responses
from cxresearch.scores.scores import score
from cxresearch.survey.template import load_survey

DATA = Path(__file__).resolve().parent / "data"

# what customers experience, in points of the five-point scale
CUSTOMERS = {
    "being_understood": 3.0,
    "friendliness": 3.6,
    "competence": 3.5,
    "availability": 3.4,
    "ease": 3.2,
    "fast_final_solution": 3.1,
    "fairness": 3.3,
    "trust": 3.4,
    "appreciation": 3.2,
}
# how the inside differs: +0.7 overestimates, -0.5 underestimates, 0 agrees
EMPLOYEES = {
    "being_understood": 0.7,  # inside higher
    "friendliness": 0.0,  # aligned
    "competence": 0.0,  # aligned
    "availability": -0.5,  # inside lower
    "ease": 0.4,  # inside higher
    "fast_final_solution": 0.6,  # inside higher
    "fairness": 0.2,  # not comparable: employees read two of its items differently
    "trust": 0.2,  # inconclusive: nine in ten employees cannot judge it
    "appreciation": 0.0,  # aligned
}
NOT_COMPARABLE = {"fair_value": 0.9, "data_advantage": -0.8}
# what employees expect customers to answer, in points above the truth; those 200 also stand in employee.csv
FORECAST = {
    "being_understood": 0.5,  # over
    "friendliness": 0.0,  # calibrated
    "competence": 0.0,  # calibrated
    "availability": -0.4,  # under
    "ease": 0.3,  # over
    "fast_final_solution": 0.5,  # over
    "fairness": 0.0,  # calibrated
    "trust": 0.1,  # within the margin
    "appreciation": 0.0,  # calibrated
}
LEANING = 0.3  # how far one's own view draws the forecast to itself: points per point
# passion-maturity.yaml: what is done falls from level to level, what is held important hardly does
ACTION = {"maxim_action": 3.8, "experience_action": 3.4, "levers_action": 3.1, "passion_action": 2.7}
IMPORTANCE = {
    "maxim_importance": 4.1,
    "experience_importance": 4.0,
    "levers_importance": 4.0,
    "passion_importance": 3.9,
}
DEPARTMENTS = {1: 0.25, 2: -0.35, 3: 0.35, 5: 0.0, 6: -0.1}  # sales, service, marketing, logistics, IT


def main() -> None:
    """Write one file per perspective."""
    survey = load_survey("shipped:surveys/credibility-gap.yaml")
    rng = np.random.default_rng(20261121)
    customers = simulate(
        survey, perspective="customer", n=900, truth=Truth(means=CUSTOMERS, spread=0.75, noise=0.75), seed=1,
        fields={"branch": rng.choice([f"B{i:02d}" for i in range(1, 13)], 900).tolist()},
    )  # fmt: skip
    partners = {key: mean + 0.1 for key, mean in CUSTOMERS.items()}
    departments = rng.choice(list(DEPARTMENTS), 420).tolist()
    inside = {key: mean + EMPLOYEES[key] for key, mean in CUSTOMERS.items()}
    shift = [DEPARTMENTS[d] for d in departments]
    employees = simulate(
        survey, perspective="employee", n=420, seed=2, group_shifts={"appreciation": shift, "ease": shift},
        truth=Truth(means=inside, spread=0.75, noise=0.75, shifts=NOT_COMPARABLE, silence={"trust": 0.9}),
        fields={
            "branch": rng.choice([f"B{i:02d}" for i in range(1, 13)], 420).tolist(),
            "department": departments,
        },
    )  # fmt: skip
    management = {key: mean + 1.4 * EMPLOYEES[key] for key, mean in CUSTOMERS.items()}
    files = {
        "customer": customers,
        "employee": employees,
        "management": simulate(
            survey, perspective="management", n=60, seed=3, truth=Truth(means=management, spread=0.7, noise=0.7)
        ),
        "partner": simulate(
            survey, perspective="partner", n=150, seed=4, truth=Truth(means=partners, spread=0.75, noise=0.75)
        ),
    }
    files |= {"forecast": forecast(employees, 200), "maturity_employee": maturity(300)}
    for name, answers in files.items():
        write_responses(answers, DATA / f"{name}.csv")


def forecast(employees: Responses, n: int) -> Responses:
    """Let the first `n` employees guess the customers' answers, each leaning towards the own view."""
    wide = score(employees).pivot().head(n)
    own = {c: (wide[c] - wide[c].mean()).fillna(0.0) for c in FORECAST}
    answers = simulate(
        employees.survey, perspective="forecast", n=n, seed=5,
        truth=Truth(means={key: CUSTOMERS[key] + bias for key, bias in FORECAST.items()}, spread=0.5, noise=0.5),
        group_shifts={c: (LEANING * values).tolist() for c, values in own.items()},
    )  # fmt: skip
    return replace(answers, frame=answers.frame.assign(respondent=wide["respondent"].to_numpy()))


def maturity(n: int) -> Responses:
    """Let employees answer what is done and what is important."""
    survey = load_survey("shipped:surveys/passion-maturity.yaml")
    departments = np.random.default_rng(6).choice(list(DEPARTMENTS), n).tolist()
    truth = Truth(means={**ACTION, **IMPORTANCE}, spread=0.6, noise=0.6)
    return simulate(survey, perspective="employee", n=n, truth=truth, seed=6, fields={"department": departments})


if __name__ == "__main__":
    main()
