"""The lines of a forest plot of performance: centres, subgroups or times, and summaries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from hematotox.declarations.study.words import Words
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row, all_where, conditions
from hematotox.reporting.words.sources import Sources, of_estimate, sources

MEASURES: dict[str, tuple[str, str]] = {
    "auc": ("C", "C is the area under the ROC curve"),
    "concordance": ("C", "C is Harrell's"),
    "time_dependent_auc": ("AUC", "AUC is of the event by the day, competing events as no event"),
    "uno_concordance": ("Uno's C", "Uno's C is free of the pattern of censoring"),
    "brier": ("Brier", "Brier is the mean squared distance of risk and outcome"),
    "scaled_brier": ("IPA, %", "IPA is the index of prediction accuracy, 0 for the risk of all"),
    "sensitivity": (
        "Sensitivity, %",
        "sensitivity is of the high-risk group, among patients with the event",
    ),
    "log_observed_expected": ("O/E", "O/E are observed over expected events"),
    "log_odds_ratio": ("OR", "OR is that of the risk group"),
    "calibration_slope": (
        "Slope",
        "slope is that of calibration, below 1 if risks are too extreme",
    ),
    "calibration_in_the_large": (
        "In the large",
        "in the large are log odds, observed less predicted",
    ),
}
"""Estimand: head of its column, and words of a note, in the order of the columns."""
WHAT = {"added_value": "added to what is known", "updating": "points recalibrated"}
"""Method and what a heading says of it."""
POOLED = ("performance_summary", "random_effects", "binomial_normal")


@dataclass(frozen=True, slots=True)
class Line:
    """One line: its words, patients (events), and the row of each measure or its words."""

    label: str
    kind: str = "effect"
    counts: str = ""
    of_counts: Sources = ()
    cells: Mapping[str, Row] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    tests: Mapping[str, Row] = field(default_factory=dict)
    """Whose P the texts are."""


@dataclass(frozen=True, slots=True)
class PerformanceForest:
    """Everything that the figure says."""

    measures: tuple[str, ...]
    lines: tuple[Line, ...]
    notes: Mapping[str, Sources]


def performance_forest(
    rows: Sequence[Row], measures: Sequence[str], words: Words
) -> PerformanceForest:
    """Return the lines of every analysis, in the order of the analyses.

    Parameters
    ----------
    measures : estimands to show; those that the rows have if empty
    """
    wanted = [name for name in MEASURES if name in measures or not measures]
    shown = tuple(name for name in wanted if any(r["estimand"] == name for r in rows))
    names = list(dict.fromkeys(str(row["analysis"]) for row in rows))
    lines: list[Line] = []
    notes: dict[str, Sources] = {}
    for name in names:
        of = all_where(rows, analysis=name)
        title = _title(of[0], words)
        lines += [Line(title, "heading")] if len(names) > 1 else []
        lines += _parts(of, shown, words)
        lines += _summaries(of, shown, words)
        for text, source in _notes(of, shown, words).items():
            notes[f"{title}: {text}" if len(names) > 1 else text] = source
    return PerformanceForest(shown, tuple(lines), notes)


def _title(row: Row, words: Words) -> str:
    """Return endpoint and score, or endpoint and variables of the model."""
    about = [wording.score(words, str(row["score"]))] if row["score"] else []
    if row["method"] == "internal_external":
        about = [words.variable(name).label for name in str(row["term"]).split(" + ")]
    about += [WHAT[row["method"]]] if row["method"] in WHAT else []
    return ", ".join([wording.endpoint(words, str(row["endpoint"])), *about])


def _parts(rows: Sequence[Row], shown: Sequence[str], words: Words) -> list[Line]:
    """Return a line for each centre, or for all patients and each subgroup of each variable."""
    if rows[0]["method"] == "time_performance":
        return _of_time(rows, shown, words)
    if rows[0]["method"] in ("added_value", "updating"):
        return _of_models(rows, shown, words)
    in_subgroups = rows[0]["method"] == "subgroup_performance"
    lines, variable = [], ""
    for key in dict.fromkeys((row["population"], row["centre"]) for row in rows):
        own = {str(r["estimand"]): r for r in rows if (r["population"], r["centre"]) == key}
        own = {name: row for name, row in own.items() if row["method"] not in POOLED}
        name, _, level = str(key[0]).rpartition("; ")[2].partition("=")
        label = wording.centre(words, str(key[1]))
        if in_subgroups:
            name = "centre" if key[1] else name if level else ""
            lines += [_heading(rows, name, words)] if name not in ("", variable) else []
            label = label or (wording.level(words, name, level) if name else "All patients")
            variable = name
        if set(own) & set(shown) and label:
            lines.append(_line(label, own, shown, indented=bool(variable)))
    return lines


def _of_time(rows: Sequence[Row], shown: Sequence[str], words: Words) -> list[Line]:
    """Return a line for each day, of two scores for each, and for their difference."""
    lines = []
    keys = [(str(r["comparator"] or ""), str(r["term"]).partition(".")[0], r["time"]) for r in rows]
    several = len({score for _, score, _ in keys}) > 1
    for compared, score, day in sorted(set(keys)):
        own = [row for row, key in zip(rows, keys, strict=True) if key == (compared, score, day)]
        about = "Difference" if compared else wording.score(words, score)
        label = numbers.time_label(float(day), "months")
        label = f"{about}, {label}" if several else wording.capitalised(label)
        lines.append(_difference(_line(label, _plain(own), shown), bool(compared)))
    return lines


def _of_models(rows: Sequence[Row], shown: Sequence[str], words: Words) -> list[Line]:
    """Return a line for each model, as it is and corrected for its optimism."""
    lines = []
    score = wording.score(words, str(rows[0]["term"]).partition(".")[0])
    names = {"without": f"Without {score}", "with": f"With {score}", "difference": "Difference"}
    names |= {"points": "Points", "weights": "New weights"}
    for key in dict.fromkeys((r["comparator"], r["reference"]) for r in rows if r["reference"]):
        own = [row for row in rows if (row["comparator"], row["reference"]) == key]
        line = _line(f"{names[str(key[0])]}, {key[1]}", _plain(own), shown)
        lines.append(_difference(line, key[0] == "difference"))
    return lines


def _plain(rows: Sequence[Row]) -> dict[str, Row]:
    """Return rows by the measure that they, or a difference of it, are about."""
    return {str(row["estimand"]).removesuffix("_difference"): row for row in rows}


def _difference(line: Line, is_one: bool) -> Line:
    """Return a line of differences, which are printed with their P and not drawn."""
    if not is_one:
        return line
    texts = dict(line.texts)
    for name, row in line.cells.items():
        if row["p_value"] is not None:
            texts[name] += f", {numbers.p_phrase(row['p_value'])}"
    return replace(line, kind="difference", texts=texts)


def _heading(rows: Sequence[Row], variable: str, words: Words) -> Line:
    """Return the name of a variable with the tests of its interactions."""
    tests = all_where(rows, estimand="hypothesis_test", group=variable)
    cells = {str(row["term"]): row for row in tests if row["p_value"] is not None}
    texts = {name: numbers.p_phrase(row["p_value"]) for name, row in cells.items()}
    return Line(wording.label(words, variable), "variable", texts=texts, tests=cells)


def _line(
    label: str, own: Mapping[str, Row], shown: Sequence[str], *, indented: bool = False
) -> Line:
    cells = {name: own[name] for name in shown if name in own}
    sizes = [r for r in cells.values() if r["n"] is not None and r["estimand"] != "sensitivity"]
    sized = sizes[0] if sizes else None
    return Line(
        f"   {label}" if indented else label,
        counts=f"{numbers.count(sized['n'])} ({numbers.count(sized['n_event'])})" if sized else "",
        of_counts=sources(sized, "n", "n_event") if sized else (),
        cells=cells,
        texts={name: cell_text(row) for name, row in cells.items()},
    )


def cell_text(row: Row) -> str:
    """Return the estimate with its limits, or why there is none."""
    if row["estimate"] is None and row["conf_high"] is not None:  # O/E without an event
        return f"0 ({numbers.interval(row)})"
    if row["estimate"] is None:
        return next(iter(conditions([row])), numbers.NONE)
    return numbers.estimate_with_interval(row)


def _summaries(rows: Sequence[Row], shown: Sequence[str], words: Words) -> list[Line]:
    """Return the summary over centres and where a new centre's performance lies."""
    pooled = [row for row in rows if row["method"] in POOLED and not row["centre"]]
    found = {str(r["estimand"]): r for r in pooled if r["estimand"] in shown and r["n"]}
    found = {name: row for name, row in found.items() if row["estimate"] is not None}
    if not found:
        return []
    texts = {name: cell_text(row) for name, row in found.items()}
    lines = [Line("Summary", "summary", cells=found, texts=texts)]
    centre = wording.mentioned(words, "centre")
    for back, label in ((1, f"New {centre}, t(k−1)"), (2, f"New {centre}, t(k−2)")):
        cells = {}
        for row in all_where(pooled, estimand="prediction"):
            name = str(row["term"]) if row["term"] in MEASURES else "log_odds_ratio"
            of = found.get(name)
            df = row["df"] if row["df"] is not None else (row["n"] or 0) - 1
            if of is not None and df == of["n"] - back and _many(of):
                cells[name] = {**row, "estimand": name}
        if cells:
            limits = {name: f"({numbers.interval(row)})" for name, row in cells.items()}
            lines.append(Line(label, "prediction", cells=cells, texts=limits))
    return lines


def _many(row: Row) -> bool:
    return "fewer than five studies" not in conditions([row])


def _notes(rows: Sequence[Row], shown: Sequence[str], words: Words) -> dict[str, Sources]:
    """Return how many centres each summary has, and how much they differ."""
    notes: dict[str, Sources] = {}
    centres = f"{wording.mentioned(words, 'centre')}s"
    for row in all_where(rows, method="added_value", estimand="hypothesis_test"):
        p = numbers.p_phrase(row["p_value"])
        notes[f"Likelihood ratio of the models with and without {p}."] = sources(row, "p_value")
    for row in rows:
        name = str(row["term"])
        if row["estimand"] != "count" or row["method"] != "performance_summary":
            continue
        if name not in shown:
            continue
        said = f"{MEASURES[name][0]} of {numbers.count(row['estimate'])} of "
        said += f"{numbers.count(row['n'])} {centres}"
        of = sources(row, "estimate", "n")
        about = [r for r in rows if r["term"] == name and r["method"] == row["method"]]
        for spread in all_where(about, estimand="i2"):
            said += f", I² {numbers.estimate(spread)}%"
            of += of_estimate(spread)
        for test in all_where(about, estimand="hypothesis_test"):
            said += f", heterogeneity {numbers.p_phrase(test['p_value'])}"
            of += sources(test, "p_value")
        notes[f"{said}."] = of
    return notes
