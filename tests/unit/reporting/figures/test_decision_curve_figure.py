"""What a decision curve says, from hand-made rows."""

from __future__ import annotations

from typing import Any

from matplotlib.text import Text

from hematotox.declarations.study.kinds.decision_curve import DecisionCurveFigure
from hematotox.declarations.study.kinds.discrimination_table import DiscriminationTable
from hematotox.declarations.study.words import Words
from hematotox.reporting.figures.decision_curve_figure import decision_curve_figure
from hematotox.reporting.figures.style import house_style
from hematotox.reporting.tables.discrimination_table import discrimination_table

DISPLAY = DecisionCurveFigure(kind="decision_curve", title="Figure 9. Benefit", analyses=("a",))
SHARED = {"endpoint": "late_icaht", "score": "ht", "term": "ht.points", "n": 90, "n_event": 20}


def rule(make: Any, group: str, reference: str = "", **more: Any) -> list[Any]:
    return [
        make.row("net_benefit", "net_benefit", group=group, reference=reference, time=cut,
                 estimate=0.2 - cut / 2, conf_low=0.1 - cut / 2, conf_high=0.3, **(SHARED | more))
        for cut in (0.1, 0.2, 0.3)
    ]  # fmt: skip


def texts(make: Any, words: Words, *rows: Any) -> str:
    said = words.model_copy(update={"reasons": {"a": "Acting is cheap"}})
    with house_style():
        drawn = decision_curve_figure(make.estimates(*rows), DISPLAY, said, notes=["A note."])
    return " ".join(" ".join(text.get_text() for text in drawn.findobj(Text)).split())


def test_each_rule_has_its_words_and_the_thresholds_their_reason(make, words):
    rules = [*rule(make, "all"), *rule(make, "1"), *rule(make, "2", "high"), *rule(make, "3"),
             *rule(make, "", "Somewhere 2025")]  # fmt: skip
    said = texts(make, words, *rules)
    for part in (
        "Late ICAHT grade ≥ 3, CAR-HEMATOTOX",
        "90 patients, 20 with the event.",
        "Act on everybody",
        "Act from 2 points on (High)",
        "Act from 1, 3 points on",
        "Act from published risk, Somewhere 2025",
        "Thresholds: Acting is cheap.",
        "A note.",
    ):
        assert part in said, part


def test_of_a_day_the_event_is_named(make, words):
    more = {"endpoint": "overall_survival"}
    flagged = make.row("net_benefit", "flagged", group="1", time=365, estimate=0.5,
                       **(SHARED | more))  # fmt: skip
    said = texts(make, words, *rule(make, "all", **more), flagged)
    assert "Death by 12 months, CAR-HEMATOTOX" in said


def test_without_patients_nothing_is_drawn(make, words):
    nobody = make.row("net_benefit", "count", term="analysed", estimate=0, n=0)
    assert texts(make, words, nobody).endswith("A note.")


def test_the_table_has_a_line_for_each_rule_and_none_for_the_cells(make, words):
    measures = [("flagged", 0.4), ("missed", 0.4), ("sensitivity", 0.4), ("count", 45)]
    rows = [
        make.row("net_benefit", name, group=group, reference=own, estimate=value, **SHARED)
        for group, own in (("1", ""), ("2", "high"))
        for name, value in measures
    ]
    kind = DiscriminationTable(kind="discrimination_table", title="Table", analyses=("a",))
    table = discrimination_table(make.estimates(*rows, *rule(make, "all")), kind, words)
    heads = [column.header for column in table.columns]
    assert heads == ["CAR-HEMATOTOX, 1 point or more", "CAR-HEMATOTOX, 2 points or more, High"]
    lines = [line.label.text for line in table.lines]
    assert lines == ["Patients (events)", "Flagged, of 100 patients", "Missed, of 100 patients",
                     "Sensitivity, % (95% CI)"]  # fmt: skip
