"""Heat map and panels of single patients: order, gaps, spells; no identifier on the heat map."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hematotox.cohort import neutrophil_courses
from hematotox.cohort.grading.grades import grade
from hematotox.declarations.base import parse
from hematotox.declarations.conventions import Convention
from hematotox.declarations.dictionary import Dictionary
from hematotox.declarations.endpoints import Endpoints
from hematotox.declarations.study.on_site_plan import OnSitePlan
from hematotox.reporting import heat_map, patient_panels
from hematotox.reporting.figures.anc_heat_map_figure import COLOURS, UNMEASURED, anc_heat_map_figure
from hematotox.reporting.figures.on_site import panel
from hematotox.reporting.figures.style import house_style

CONFIG = Path(__file__).parents[4] / "config"
SECRET = "sie_01/Zaphod"
# patient: ANC 10^9/L by day; grades 0, 4 and 2 early, and nothing measured
COURSES = {
    "sie_01/1": dict.fromkeys((*range(0, 31, 3), 40, 47), 2.0),
    SECRET: dict.fromkeys(range(0, 31), 0.05) | {50: 0.4, 57: 0.4},
    "sie_01/3": {0: 2.0, **dict.fromkeys(range(5, 12), 0.3), 12: 2.0, 20: 2.0, 28: 2.0},
    "sie_01/4": {},
}


@dataclass(frozen=True)
class OnePatient:
    patient_id: str
    course: pd.DataFrame
    sentences: dict[str, list[str]]


def declared(name, model):
    path = CONFIG / f"{name}.yaml"
    return parse(path.read_text(encoding="utf-8"), source=path.name, model=model)


@pytest.fixture(scope="module")
def plan() -> OnSitePlan:
    return OnSitePlan(
        study="small",
        title="A small study",
        convention=declared("conventions/consensus", Convention),
        dictionary=declared("dictionary", Dictionary),
        endpoints=declared("endpoints", Endpoints),
        synthetic=True,
    )


@pytest.fixture(scope="module")
def tables(plan) -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = [
        (patient, "anc", day, 1, value, value)
        for patient, values in COURSES.items()
        for day, value in values.items()
    ]
    names = ["patient_id", "variable", "day", "measurement", "value_low", "value_high"]
    labs = pd.DataFrame(rows, columns=names)
    days = pd.DataFrame(np.nan, index=list(COURSES), columns=["death", "progression"])
    days = days.assign(end=[400.0, 60.0, 400.0, 400.0], new_therapy=np.nan)
    graded = grade(labs, days, conventions={"consensus": plan.convention})
    return neutrophil_courses(labs, graded, plan), graded


def test_the_grades_of_another_convention_do_not_matter(plan, tables):
    courses, graded = tables
    values = courses[courses["value"].notna()]
    labs = values.assign(
        variable="anc", measurement=1, value_low=values["value"], value_high=values["value"]
    )
    other = graded.assign(convention="cart_sie", last_day=1)
    both = pd.concat([graded, other], ignore_index=True)
    alone, beside = (neutrophil_courses(labs, rows, plan) for rows in (graded, both))
    assert len(alone) > 100
    assert beside.equals(alone)


def texts(drawn) -> list[str]:
    from matplotlib.text import Text

    return [one.get_text() for one in drawn.findobj(Text) if one.get_text()]


def test_rows_are_ordered_by_grade_and_nobody_is_named(plan, tables):
    with house_style():
        drawn = anc_heat_map_figure(*tables, plan)
    said = texts(drawn)
    groups = [text for text in said if text.startswith(("Grade", "Not assessable"))]
    assert groups == ["Grade 4 (1)", "Grade 2 (1)", "Grade 0 (1)", "Not assessable (1)"]
    joined = " ".join(said)
    assert "Synthetic data" in joined
    assert "for use at the site only" in joined
    assert not any(name in joined for name in ("Zaphod", "sie_01"))
    assert not any(name.encode() in content for content in heat_map(*tables, plan).values()
                   for name in ("Zaphod", "sie_01"))  # fmt: skip


def test_gaps_and_spells_are_visible(plan, tables):
    with house_style():
        drawn = anc_heat_map_figure(*tables, plan)
    axes = drawn.axes[0]
    (image,) = axes.images
    grid, colours = image.get_array(), image.cmap.colors
    worst = [colours[int(code)] for code in grid[0]]
    assert worst[:31] == [COLOURS[0]] * 31
    assert worst[49:58] == [UNMEASURED, COLOURS[1], *[UNMEASURED] * 6, COLOURS[1]]
    assert worst[61] not in (UNMEASURED, *COLOURS), "not observed is told apart"
    (edges,) = axes.collections
    starts = sorted(float(segment[0][0]) for segment in edges.get_segments())
    assert starts == [-0.5, 4.5, 11.5, 30.5], "two spells: from day 0 to 30 and from 5 to 11"


def test_figures_of_single_patients_are_as_they_were(plan, tables, kept, drawn_text):
    with house_style():
        map_of_all = anc_heat_map_figure(*tables, plan)
        panels = [panel(record(name, tables[0]), plan) for name in COURSES]
    kept("displays_on_site", "\n==\n".join(map(drawn_text, [map_of_all, *panels])))


def test_the_same_bytes_twice(plan, tables):
    assert heat_map(*tables, plan) == heat_map(*tables, plan)


def test_a_study_without_patients_draws_an_empty_map(plan, tables):
    courses, grades = tables
    assert heat_map(courses.iloc[:0], grades.iloc[:0], plan)["anc_heat_map.png"]


def record(patient: str, courses: pd.DataFrame) -> OnePatient:
    why = {
        "early": ["Grade 4 (days 0 to 30).", "All days were measured."],
        "late": ["Grade 3 (x)."],
    }
    return OnePatient(patient, courses[courses["patient_id"] == patient], why)


def test_the_panel_shows_thresholds_spells_and_why(plan, tables):
    with house_style():
        drawn = panel(record(SECRET, tables[0]), plan)
    said = texts(drawn)
    assert f"Patient {SECRET}: Absolute neutrophil count, EHA/EBMT consensus" in said
    assert {"0.1", "0.5", "1", "1.5"} <= set(said)
    assert "Early: grade 4 (days 0 to 30)." in said
    assert "All days were measured." in said
    assert any("Synthetic" in text for text in said)
    assert len(drawn.axes[0].patches) >= 31, "the days of the spell are shaded"


def test_a_page_for_every_patient(plan, tables):
    records = [record(patient, tables[0]) for patient in sorted(COURSES)]
    pages = patient_panels(records, plan)
    assert pages.startswith(b"%PDF")
    assert pages.count(b"/Type /Page\n") + pages.count(b"/Type /Page ") == 4
    assert patient_panels(records, plan) == pages
