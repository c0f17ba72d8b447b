"""The report of a study: self-contained, complete, and silent about patients."""

from __future__ import annotations

import itertools
import json
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hematotox.contracts import empty
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.declarations.study.kinds.kaplan_meier import KaplanMeierFigure
from hematotox.declarations.study.kinds.regression_table import RegressionTable
from hematotox.declarations.study.words import Words
from hematotox.errors import ContractError, UserError
from hematotox.reporting import draw_figures, draw_tables, report
from hematotox.reporting.report_page import Page
from hematotox.reporting.tables.flow_tables import analysed_table
from hematotox.reporting.words.methods_paragraph import methods_paragraph
from hematotox.reporting.words.rows import select

TEMPLATE = Path(__file__).parents[3] / "workflow" / "report" / "page.html"


def _estimates(make: Any, source: str = "synthetic") -> pd.DataFrame:
    rows = make.curve(
        make.falling(251, 0.0016),
        analysis="os",
        endpoint="overall_survival",
        score="ht",
        group="high",
        source=source,
    )
    rows += [
        make.row(
            "attrition",
            "count",
            analysis="patients",
            term=term,
            time=position,
            n=before,
            n_event=left,
            estimate=before - left,
            source=source,
        )
        for position, (term, before, left) in enumerate(
            [("Patients assessed for eligibility", 300, 0), ("infused", 300, 49)]
        )
    ]
    rows += [
        make.row(
            "evaluability", "count", analysis="cox", term=term, estimate=count, n=251, source=source
        )
        for term, count in (("analysed", 240), ("histology unknown", 11))
    ]
    rows.append(
        make.ratio(
            1.91,
            1.29,
            2.81,
            analysis="cox",
            adjustment="linear predictor: disease",
            condition="post-infusion predictor",
            source=source,
        )
    )
    return make.estimates(*rows)


def _plan(words: Words) -> DisplayPlan:
    return DisplayPlan(
        displays={
            "figure1": KaplanMeierFigure(
                kind="kaplan_meier", title='Figure 1. Survival in "Köln"', analyses=("os",)
            ),
            "table1": RegressionTable(
                kind="regression_table",
                title="Table S1. Effects",
                analyses=("cox",),
                place="supplement",
            ),
        },
        words=words,
    )


DRAWN: dict[str, dict[str, bytes]] = {}
"""Displays by source; that they are the same every time is tested with the tables and figures."""


def _drawn(make: Any, words: Words, source: str) -> dict[str, bytes]:
    if source not in DRAWN:
        estimates, plan = _estimates(make, source), _plan(words)
        DRAWN[source] = {**draw_tables(estimates, plan), **draw_figures(estimates, plan)}
    return DRAWN[source]


def _page(make: Any, words: Words, source: str = "synthetic", **settings: Any) -> str:
    estimates, plan = _estimates(make, source), _plan(words)
    page = Page(
        plan=plan,
        estimates=estimates,
        template=TEMPLATE.read_text(encoding="utf-8"),
        manifest={
            "versions": {"hematotox": "9.9.9"},
            "data_cuts": {"sie_01": "2024-06-30", "north": "not stated", "sie_02": "2024-06-30"},
        },
        **settings,
    )
    return report(_drawn(make, words, source), page).decode()


def test_every_display_is_drawn_in_every_format(make: Any, words: Words) -> None:
    assert sorted(_drawn(make, words, "synthetic")) == [
        "figure1.cells.csv",
        "figure1.curves.json",
        "figure1.pdf",
        "figure1.png",
        "figure1.rst",
        "figure1.svg",
        "table1.cells.csv",
        "table1.csv",
        "table1.docx",
        "table1.html",
        "table1.rst",
        "table1.xlsx",
    ]


def test_workers_do_not_change_a_byte(make: Any, words: Words) -> None:
    plan, estimates = _plan(words), _estimates(make)
    two = {f"copy{i}": plan.displays["table1"] for i in range(3)}
    plan = plan.model_copy(update={"displays": two})
    assert draw_tables(estimates, plan, workers=2) == draw_tables(estimates, plan, workers=1)


def test_the_page_needs_nothing_else(make: Any, words: Words) -> None:
    page = _page(make, words)
    [script] = re.findall(r"<script>(.*?)</script>", page, flags=re.DOTALL)
    assert len(script.splitlines()) <= 150
    others = re.findall(r"<script [^>]*>", page)
    assert set(others) == {'<script type="application/json" class="readings">'}
    for word in ("fetch", "XMLHttpRequest", "import(", "eval(", "innerHTML", "http"):
        assert word not in script
    assert not re.search(r"""(src|href)=["'](https?:)?//""", page)
    assert 'src="data:image/svg+xml;base64,' in page
    assert "@import" not in page


def test_a_printed_number_leads_to_what_it_is_and_a_letter_to_its_note(
    make: Any, words: Words
) -> None:
    page = _page(make, words)
    linked = re.findall(r'<a class="number" href="#([^"]+)" title="([^"]+)">([^<]+)</a>', page)
    [(place, said)] = [(place, said) for place, said, text in linked if text == "1.91 (1.29–2.81)"]
    assert place == "analysed"
    assert re.search(r"Cox model.* \(estimate [0-9a-f]{12}\)", said)
    assert f'id="{place}"' in page
    letters = re.findall(r'<sup><a href="#(table1-[a-z])">', page)
    assert letters
    assert all(page.count(f'id="{letter}"') == 1 for letter in letters)


def test_a_figure_of_curves_says_what_they_are_at_each_place(make: Any, words: Words) -> None:
    page = _page(make, words)
    [text] = re.findall(r'class="readings">(.*?)</script>', page)
    [panel] = json.loads(text)
    left, top, width, height = panel["box"]
    assert 0 < left < left + width < 1
    assert 0 < top < top + height < 1
    [curve] = panel["curves"]
    assert curve["label"].startswith("High")
    assert curve["steps"][0][0] == 0
    assert re.fullmatch(r"\d+\.\d \(\d+\.\d–\d+\.\d\)", curve["steps"][1][1])
    times = [time for time, _ in curve["steps"]]
    assert times == sorted(times)
    assert times[-1] <= panel["ends"][1]


def test_every_place_that_the_page_links_to_is_on_it_once(make: Any, words: Words) -> None:
    page = _page(make, words)
    for place in set(re.findall(r'href="#([^"]*)"', page)):
        assert page.count(f'id="{place}"') == 1, place


def test_the_page_shows_everything(make: Any, words: Words) -> None:
    page = _page(make, words)
    for wanted in (
        "Prüfung der Scores in Köln",
        "Synthetic data: no patient on this page is real.",
        "Figure 1. Survival in &#34;Köln&#34;",
        "Supplementary tables and figures",
        "1.91 (1.29–2.81)",
        "../displays/kleine_studie/table1.docx",
        "../displays/kleine_studie/figure1.pdf",
        "Patients assessed for eligibility",
        "Post-infusion predictor",
        "the predictor was not known at the time origin",
        "Histology unknown (11)",
        "Cox proportional hazards models with Efron",
        "fitted in two steps",
        "9.9.9",
    ):
        assert wanted in page, wanted


def test_real_data_carry_no_banner(make: Any, words: Words) -> None:
    real, synthetic = (_page(make, words, source=source) for source in ("real", "synthetic"))
    marked = [line for line in synthetic.splitlines() if line not in real.splitlines()]
    assert marked[0].startswith('<p class="banner">Synthetic data')
    assert "Synthetic data" not in real
    assert "1.91 (1.29–2.81)" in real


def test_findings_are_counted_not_shown(make: Any, words: Words) -> None:
    row = {
        "finding_id": "f1",
        "centre": "köln",
        "file": "labor.csv",
        "row": 17,
        "column": "CRP",
        "variable": "crp",
        "kind": "implausible",
        "message": "SECRET 999",
        "action": "correct it",
        "row_set_aside": False,
    }
    findings = pd.concat([empty("findings"), pd.DataFrame([row, {**row, "finding_id": "f2"}])])
    page = _page(make, words, findings=findings)
    assert "SECRET" not in page
    assert "Implausible</th><td>2</td><td>0</td><td>1</td>" in page
    assert "köln</th><td>2</td>" in page


def test_the_agreement_with_the_paper_stands_in_one_sentence(make: Any, words: Words) -> None:
    page = _page(make, words, agreement=make.agreement())
    assert "Estimates: 1 of 3 agree, 2 differ (1 not comparable); 2 of these the sim" in page
    assert "Agreement with the paper" not in _page(make, words)
    real = _page(make, words, source="real", agreement=make.agreement())
    assert "Another cohort: differences from print are no errors; claims: 1 (1 confirmed)" in real
    assert "Estimates: 1 of 3" not in real[: real.index("<main>")]


def test_what_is_shared_nevertheless_is_listed(make: Any, words: Words) -> None:
    assert "Shared nevertheless" not in _page(make, words)
    plan = _plan(words).model_copy(update={"shared_nevertheless": {"cox": "Table 2 (A. Author)"}})
    page = Page(plan=plan, estimates=_estimates(make), template=TEMPLATE.read_text("utf-8"))
    shown = report(_drawn(make, words, "synthetic"), page).decode()
    assert "Shared nevertheless" in shown
    assert "Table 2 (A. Author)</li>" in shown


def test_a_display_that_was_not_drawn_is_named(make: Any, words: Words) -> None:
    page = Page(plan=_plan(words), estimates=_estimates(make), template="")
    with pytest.raises(UserError, match=r"figure1\.svg: the display was not drawn"):
        report({}, page)


def test_the_methods_paragraph_names_only_what_was_run(make: Any, words: Words) -> None:
    text = " ".join(methods_paragraph(_estimates(make), words))
    assert "Kaplan–Meier" in text
    assert "Gray" not in text
    assert "limits on the log(-log) scale" in text
    assert methods_paragraph(make.estimates(), words) == []


def test_every_patient_left_out_of_an_analysis_has_a_reason(make: Any, words: Words) -> None:
    [line] = analysed_table(_estimates(make), words).lines
    assert [cell.text for cell in line.cells] == ["240", "251", "Histology unknown (11)"]


def test_an_interval_of_another_level_is_refused(make: Any) -> None:
    rows = make.estimates(make.ratio(2.0, 1.0, 4.0, analysis="a", conf_level=0.9))
    with pytest.raises(ContractError, match="95% intervals"):
        select(rows, ["a"])


def test_the_page_can_be_heard_and_printed(make: Any, words: Words) -> None:
    page = _page(make, words)
    levels = [int(level) for level in re.findall(r"<h([1-6])", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
    assert all("alt=" in image for image in re.findall(r"<img[^>]*>", page))
    assert page.count("<table") == page.count("<caption")
    assert not re.search(r"<th(?![^>]*(scope|class=\"head\"))[ >]", page)
    assert "break-before: page" in page
    assert '<nav aria-label="Contents">' in page
    identifiers = re.findall(r' id="([^"]+)"', page)
    assert len(set(identifiers)) == len(identifiers)
    assert set(re.findall(r'href="#([^"]+)"', page)) <= set(identifiers)


def test_no_internal_name_stands_in_the_text(make: Any, words: Words) -> None:
    page = re.sub(r"<style.*?</style>|<[^>]+>", " ", _page(make, words), flags=re.DOTALL)
    assert re.findall(r"\b[a-z]+_[a-z_]+\b", page) == []


def test_the_report_lists_the_data_cut_of_each_centre(make: Any, words: Words) -> None:
    text = _page(make, words)
    assert '<th scope="row">data cut 2024-06-30</th><td>SIE 01, SIE 02</td>' in text
    assert '<th scope="row">data cut not stated</th><td>north</td>' in text
