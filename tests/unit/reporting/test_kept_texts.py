"""Every definition that is declared, and every display of a study, as they were: no more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from hematotox.analysis import collect, estimate
from hematotox.cohort import enter
from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.score import Score
from hematotox.declarations.study.cohort_plan import CohortPlan
from hematotox.declarations.study.plan import Plan
from hematotox.declarations.study.planning import conventions_named
from hematotox.declarations.study.study import Study
from hematotox.reporting.words.definitions import definitions
from hematotox.run.catalogue import read_catalogue
from hematotox.run.files import CLONE, read_table

CONFIG = CLONE / "config"
EXPECTED = Path(__file__).parents[2] / "data" / "expected"
STUDY = """
id: drawn
title: all that is declared
centres: [a]
scores: []
conventions: {primary: consensus}
analyses: {}
displays: {}
"""


def _read(path: Path, model):
    return parse(path.read_text(encoding="utf-8"), source=path.name, model=model)


def _all(folder: str, model) -> dict:
    return {path.stem: _read(path, model) for path in sorted((CONFIG / folder).glob("*.yaml"))}


def test_definitions_of_all_scores_endpoints_and_conventions(kept: Callable) -> None:
    endpoints = _read(CONFIG / "endpoints.yaml", Endpoints)
    conventions = _all("conventions", Convention)
    assert set(conventions_named(endpoints, tuple(endpoints.endpoints))) <= set(conventions)
    plan = CohortPlan.model_construct(
        study=parse(STUDY, source="drawn.yaml", model=Study),
        dictionary=_read(CONFIG / "dictionary.yaml", Dictionary),
        endpoints=endpoints,
        scores=_all("scores", Score),
        conventions=conventions,
    )
    kept("definitions", "\n".join(f"{one.term}: {one.text}" for one in definitions(plan)) + "\n")


def test_displays_of_the_study_of_transplants(kept: Callable, displays_text: Callable) -> None:
    estimates = read_table(EXPECTED / "bmt_example.csv", "estimates")
    kept("displays_bmt_example", displays_text("bmt_example", estimates))


@pytest.mark.parametrize("study", ["rejeski_2021", "severe_infection_by_ht"])
def test_displays_of_the_studies_of_published_counts(
    study: str, kept: Callable, displays_text: Callable
) -> None:
    run = read_catalogue({"studies": [study]}, run_folder=CLONE)
    declared = run.studies[study]
    content = (CONFIG / "data" / declared.counts.file).read_bytes()
    cohort = enter(content, declared, source="real")
    plan = Plan.model_validate_json(run.plan_section(study))
    kept(f"displays_{study}", displays_text(study, collect(list(estimate(cohort, plan).values()))))
