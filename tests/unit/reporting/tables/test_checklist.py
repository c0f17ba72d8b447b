"""A checklist: an item is answered where the run really shows it, and by nothing else."""

import csv
import io
import re
from pathlib import Path

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checklists.checklist import Checklist
from hematotox.declarations.study.checklists.checklist_words import checklist_words
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError
from hematotox.reporting import table
from hematotox.reporting.report_links import pointed
from hematotox.reporting.tables.checklist import AUTHORS, NOT_HERE, places
from hematotox.run.files import CLONE

FILES = sorted((CLONE / "config/checklists").glob("*.yaml"))
STUDY = """
id: small
title: Small
centres: [north]
scores: [ht]
analyses:
  risk: {method: calibration, endpoint: e, marker: ht.points, population: ht}
  area: {method: roc, endpoint: e, marker: ht.points, precision: true}
  of_some: {method: describe, variables: [age], within: {sex: f}}
displays:
  flow: {kind: flow, title: "Figure 1. Patients"}
  calibration: {kind: calibration, title: "Figure 2. Risk", analyses: [risk]}
  area: {kind: discrimination_table, title: "Table 1. Area", analyses: [area]}
  some: {kind: baseline_table, title: "Table 2. Some", analyses: [of_some]}
  shown: {kind: checklist, title: "Table 12. Items", checklist: small}
"""
ITEMS = """
id: small
name: Small
citation: Somebody
items:
  - {item: "1", section: S, asks: Title}
  - {item: "2", section: S, asks: Flow, answered: [{kinds: [flow]}, {part: analysed}]}
  - {item: "3", section: S, asks: Calibration, answered: [{methods: [calibration]}], author: why}
  - {item: "4", section: S, asks: Precision, answered: [{methods: [roc], having: precision}]}
  - {item: "5", section: S, asks: Registered, answered: [{part: methods, keys: [registered]}]}
  - {item: "6", section: S, asks: Method, answered: [{part: methods, methods: [calibration]}]}
  - {item: "7", section: S, asks: Characteristics, answered: [{methods: [describe]}]}
"""


def read(path: Path) -> Checklist:
    return parse(path.read_text("utf-8"), source=path.name, model=Checklist)


def answers(frame, words, text: str = STUDY, items: str = ITEMS) -> dict[str, str]:
    study = parse(text, source="small.yaml", model=Study)
    listed = {"small": parse(items, source="items.yaml", model=Checklist)}
    titles = {name: one.title for name, one in study.displays.items()}
    update = {"checklists": checklist_words(study, listed), "displays": titles}
    words = words.model_copy(update=update)
    content = table(frame, study.displays["shown"], words)["csv"].decode("utf-8-sig")
    rows = [row for row in csv.reader(io.StringIO(content)) if len(row) == 3]
    return {found[1]: row[1] for row in rows if (found := re.match(r"\s*(\d+)\u2002", row[0]))}


@pytest.fixture
def frame(make):
    patients = {"analysis": "patients", "term": "all", "n": 9, "n_event": 0, "estimate": 9}
    return make.estimates(
        make.row("attrition", "count", time=0, **patients),
        make.row("calibration", "observed_risk", analysis="risk", estimate=0.2, n=9, n_event=2),
        make.row("roc", "auc", analysis="area", condition="too few events", n=9, n_event=0),
        make.row("describe", "count", analysis="of_some", estimate=3, n=9),
    )


def test_only_what_has_a_number_answers(frame, words) -> None:
    assert answers(frame, words) == {
        "1": AUTHORS,
        "2": "Figure\u00a01; Report, Patients of each analysis",
        "3": "Figure\u00a02",
        "4": NOT_HERE,  # the display is there, its analysis has no estimate
        "5": NOT_HERE,
        "6": "Report, Statistical methods",
        "7": NOT_HERE,  # of a part of the patients
    }
    assert answers(frame, words, f"{STUDY}\nregistered: 2024-06-30\n")["5"] != NOT_HERE


def test_an_item_whose_display_is_left_out_is_the_authors(frame, words) -> None:
    without = re.sub(r"  calibration: .*\n", "", STUDY)
    found = answers(frame, words, without)
    assert (found["3"], found["6"]) == (NOT_HERE, NOT_HERE)
    assert answers(frame.iloc[1:], words, STUDY)["2"] == "Report, Patients of each analysis"


def test_what_a_cell_names_leads_to_its_place(words) -> None:
    titles = {"t1": "Table 1. A", "t12": "Table 12. B", "e1": "Evidence Table 1. C"}
    html = "<tr><td>Table\u00a012; Evidence\u00a0Table\u00a01; Report, Definitions</td></tr>"
    linked = pointed(html, places(words.model_copy(update={"displays": titles})))
    assert re.findall(r'<a href="#(\w+)">([^<]+)</a>', linked) == [
        ("t12", "Table\u00a012"), ("e1", "Evidence\u00a0Table\u00a01"),
        ("definitions", "Report, Definitions"),
    ]  # fmt: skip


@pytest.mark.parametrize("condition", ["kinds: [flaw]", "methods: [cocs]", "having: precisoin",
                                       "part: versions, keys: [data_cuts]"])  # fmt: skip
def test_a_condition_names_only_what_exists(condition) -> None:
    wrong = ITEMS.replace("methods: [calibration]}], author", f"{condition}}}], author")
    with pytest.raises(UserError, match=r"there is no (kind|method|key) \""):
        parse(wrong, source="items.yaml", model=Checklist)


def test_an_item_stands_once() -> None:
    with pytest.raises(UserError, match="named twice"):
        parse(ITEMS.replace('"2"', '"1"'), source="items.yaml", model=Checklist)


def test_the_shipped_checklists_are_whole_and_say_whose_they_are() -> None:
    shipped = {path.stem: read(path) for path in FILES}
    numbers = [one.item for one in shipped["tripod_ai"].items]
    assert list(dict.fromkeys(int(re.sub(r"\D", "", n)) for n in numbers)) == list(range(1, 28))
    assert len(numbers) == 52
    assert "CC BY 4.0" in shipped["tripod_ai"].citation
    assert all("doi:" in one.citation for one in shipped.values())


def test_the_template_shows_every_shipped_checklist() -> None:
    template = (CLONE / "config/studies/evidence.yaml").read_text("utf-8")
    assert all(
        f"kind: checklist, place: evidence, checklist: {one.stem}," in template for one in FILES
    )
