"""Small cohorts drawn by hand, for tables that a clinician can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hematotox import cohort, contracts
from hematotox.cohort.grading.daily_values import series_of
from hematotox.cohort.grading.grades import Observation, grade_series
from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.score import Score
from hematotox.declarations.study.study import Study
from hematotox.dialects.numbers import BOUNDS, intervals, parse_number

CONFIG = Path(__file__).parents[2] / "config"


def _declarations(folder, model):
    return {
        path.stem: parse(path.read_text(encoding="utf-8"), source=path.name, model=model)
        for path in sorted((CONFIG / folder).glob("*.yaml"))
    }


@pytest.fixture(scope="session")
def conventions() -> dict[str, Convention]:
    return _declarations("conventions", Convention)


@pytest.fixture(scope="session")
def scores() -> dict[str, Score]:
    return _declarations("scores", Score)


@pytest.fixture(scope="session")
def endpoints() -> Endpoints:
    path = CONFIG / "endpoints.yaml"
    return parse(path.read_text(encoding="utf-8"), source=path.name, model=Endpoints)


@pytest.fixture(scope="session")
def dictionary() -> Dictionary:
    path = CONFIG / "dictionary.yaml"
    return parse(path.read_text(encoding="utf-8"), source=path.name, model=Dictionary)


def course(text: str) -> dict[int, list[float]]:
    """Read "0-6: 400, 7: 2000" as values by day; two values of a day: "3: 400 900"."""
    values: dict[int, list[float]] = {}
    for first, last, numbers in re.findall(r"(-?\d+)(?:-(\d+))?:([^,]*)", text):
        for day in range(int(first), int(last or first) + 1):
            values[day] = [float(number) for number in numbers.split()]
    return values


@pytest.fixture(scope="session")
def graded(conventions) -> Callable[..., pd.Series]:
    """Grade one drawn course; ANC and leukocytes per microlitre, platelets 10^9/L, Hb g/dL.

    Events are "death 16", "progression 40", "new_therapy 50", "last contact 20", "stated 14" (the
    last contact as it was stated, though observation went on); without death or last contact the
    patient is followed to day 400. `settings` replaces settings of the window.
    """

    def one(
        text: str,
        *,
        convention: str,
        window: str = "early",
        events: str = "",
        leukocytes: str = "",
        **settings: object,
    ) -> pd.Series:
        rule = conventions[convention].windows[window].model_copy(update=settings)
        scale = 1000 if rule.variable == "anc" else 1
        rows = [
            ("a/1", variable, day, number, value / divisor, value / divisor)
            for variable, drawn, divisor in (
                (rule.variable, text, scale),
                ("leukocytes", leukocytes, 1000),
            )
            for day, numbers in course(drawn).items()
            for number, value in enumerate(numbers, start=1)
        ]
        names = ["patient_id", "variable", "day", "measurement", "value_low", "value_high"]
        labs = pd.DataFrame(rows, columns=names)
        happened = dict(part.strip().rsplit(" ", 1) for part in events.split(",") if part.strip())
        death, progression, new_therapy = (
            np.array([float(happened.get(name, "nan"))])
            for name in ("death", "progression", "new_therapy")
        )
        end = np.array([float(happened.get("death", happened.get("last contact", "400")))])
        stated = happened.get("stated", happened.get("last contact", happened.get("death", "nan")))
        seen = Observation(end, death, progression, new_therapy, np.array([float(stated)]))
        patients = pd.Index(["a/1"])
        series = series_of(labs, patients, variable=rule.variable)
        other = series_of(labs, patients, variable="leukocytes")
        columns = grade_series(rule, series, observation=seen, leukocytes=other)
        return pd.Series({name: column.iloc[0] for name, column in columns.items()})

    return one


STUDY = """
id: drawn
title: drawn by hand
centres: [a]
scores: [{scores}]
conventions: {{primary: cart_sie}}
endpoints: [{endpoints}]
{more}
analyses: {{}}
displays: {{}}
"""


@pytest.fixture(scope="session")
def build_all(conventions, scores, endpoints, dictionary) -> Callable[..., contracts.Cohort]:
    """Build the cohort of drawn patients a/1, a/2, ..., infused on 31 January 2024.

    One text of events a patient, "response 28 pr, progression 100, death ? infection"; laboratory
    values are "anc -6 0.9, crp -6 <3"; a day "?" is unknown. `lacks` names events that the export
    does not hold ("second_malignancy, infection"), or only their details ("death.detail").
    `more` is further lines of the study.
    """

    def build(
        events: list[str],
        *,
        labs: list[str],
        names: tuple[str, ...] = (),
        scored: tuple[str, ...] = (),
        lacks: str = "",
        more: str = "",
        **subject: str,
    ) -> contracts.Cohort:
        patients = [f"a/{number}" for number in range(1, len(events) + 1)]
        known = {"lymphodepletion_date": "2024-01-26", "infusion_date": "2024-01-31"} | subject
        columns = {*contracts.TABLES["subjects"].columns, *known}
        rows = [
            dict.fromkeys(columns) | {"patient_id": one, "centre": "a", "source": "real"} | known
            for one in patients
        ]
        study = STUDY.format(
            endpoints=", ".join(names or endpoints.endpoints), scores=", ".join(scored), more=more
        )
        lab_rows = [
            row for one, text in zip(patients, labs, strict=True) for row in _labs(one, text)
        ]
        event_rows = [
            row for one, t in zip(patients, events, strict=True) for row in _events(one, t)
        ]
        return cohort.build(
            contracts.Staged(
                subjects=contracts.conform("subjects", pd.DataFrame(rows)),
                labs=_table("labs", lab_rows),
                events=_table("events", event_rows),
                findings=contracts.empty("findings"),
                recorded_events=_recorded(dictionary, lacks),
            ),
            parse(study, source="drawn.yaml", model=Study),
            dictionary=dictionary,
            endpoints=endpoints,
            scores=scores,
            conventions=conventions,
        )

    return build


@pytest.fixture(scope="session")
def build_one(build_all) -> Callable[..., contracts.Cohort]:
    """Build the cohort of one drawn patient; see `build_all`."""

    def one(events: str = "", *, labs: str = "", **asked) -> contracts.Cohort:
        return build_all([events], labs=[labs], **asked)

    return one


def _table(name: str, rows: list[tuple]) -> pd.DataFrame:
    columns = list(contracts.TABLES[name].columns)
    return contracts.conform(name, pd.DataFrame(rows, columns=columns))


def _recorded(dictionary: Dictionary, lacks: str) -> pd.DataFrame:
    missing = set(filter(None, map(str.strip, lacks.split(","))))
    rows = [
        ("a", event, "" if event in missing else "export", f"{event}.detail" not in missing)
        for event in dictionary.of_kind("event")
    ]
    return _table("recorded_events", rows)


def _events(patient: str, text: str) -> list[tuple]:
    rows = []
    for part in filter(None, map(str.strip, text.split(","))):
        event, day, *detail = part.split()
        known = None if day == "?" else int(day)
        rows.append((patient, event, known, detail[0] if detail else ""))
    return rows


def _labs(patient: str, text: str) -> list[tuple]:
    rows = []
    for number, part in enumerate(filter(None, map(str.strip, text.split(","))), start=1):
        variable, days, value = part.split()
        first, last = re.fullmatch(r"(-?\d+)(?:-(\d+))?", days).groups()
        rows += [
            (patient, variable, day, number, *measured(value))
            for day in range(int(first), int(last or first) + 1)
        ]
    return rows


def measured(text: str) -> tuple[float, float]:
    """Return the ends of a value; "<0.6" is below 0.6, ">2000" above 2000, ">=2000" not below."""
    bound, number = parse_number(text)
    low, high = intervals(np.array([number]), np.array([BOUNDS.index(bound)], dtype=np.int8))
    return float(low[0]), float(high[0])
