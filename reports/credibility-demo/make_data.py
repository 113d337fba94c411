"""Make the simulated answers of this study; the truth is stated here and nowhere else.

Run it from the root of the project::

    python3 -m uv run python reports/credibility-demo/make_data.py
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cxresearch.responses.simulate import Truth, simulate
from cxresearch.responses.write import write_responses
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
    for name, answers in files.items():
        write_responses(answers, DATA / f"{name}.csv")


if __name__ == "__main__":
    main()
