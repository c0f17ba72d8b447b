"""A first text for a study that has none of its own: sentences around placeholders.

A sentence whose number was not estimated is left out, so that the draft of any study can be filled.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence

from hematotox.declarations.study.display_base import DisplayBase
from hematotox.declarations.study.displays import DisplayPlan
from hematotox.errors import UserError
from hematotox.reporting.manuscript.chosen_row import Estimates
from hematotox.reporting.manuscript.numbering import numbered
from hematotox.reporting.manuscript.placeholders import placeholders
from hematotox.reporting.manuscript.printed_forms import printed
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.rows import Row, named_analyses

Sentences = Iterator[str]
ABSTRACT_SENTENCES = 6
ADJUSTED = re.compile(r", adjusted for (\{\{[^}]*\| covariates \}\})")
TEST_WORDS = {
    "sensitivity": "sensitivity",
    "specificity": "specificity",
    "positive_predictive_value": "positive predictive value",
    "negative_predictive_value": "negative predictive value",
}
AT_TIMES = {"kaplan_meier": "survival", "cumulative_incidence": "cumulative_incidence"}


def draft(plan: DisplayPlan, estimates: Estimates) -> str:
    """Return a manuscript's text in Markdown, in the order of the plan's main displays."""
    sections = list(_results(plan, estimates))
    lines = [line for _, lines in sections for line in lines if line and "{{ display" not in line]
    patients = [line for line in sections[0][1] if line]
    abstract = [*patients, *(line for line in lines if line not in patients)][:ABSTRACT_SENTENCES]
    parts = ["# Abstract", "\n".join(abstract), "# Methods", "{{ methods }}", "# Results"]
    for heading, sentences in sections:
        parts += [f"## {heading}", "\n".join(sentences)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _results(plan: DisplayPlan, estimates: Estimates) -> Iterator[tuple[str, list[str]]]:
    """Yield heading and sentences of each part of the results."""
    shown = numbered(plan)
    yield "Patients", _kept(_patients(plan, estimates), estimates)
    told: set[str] = set()
    for name, display in plan.displays.items():
        if display.place != "main":
            continue
        analyses = [one for one in named_analyses(display) if one not in told]
        told |= set(analyses)
        paragraphs: dict[str, list[str]] = {}
        for one in analyses:
            about = _about(one, estimates)
            paragraphs.setdefault(about, []).extend(_kept(_analysis(one, estimates), estimates))
        kept = [line for lines in paragraphs.values() if lines for line in ("", *lines)][1:]
        if kept:
            yield shown[name].title, [*_once(kept, estimates), "", _see(name, display)]


def _about(name: str, estimates: Estimates) -> str:
    """Return the endpoint of an analysis, whose sentences make one paragraph."""
    try:
        return str(estimates.of(name)[0]["endpoint"])
    except UserError:
        return ""


def _once(lines: Sequence[str], estimates: Estimates) -> Iterator[str]:
    """Yield the sentences of a part, in which the covariates are named where they change."""
    before = ""
    for line in lines:
        found = ADJUSTED.search(line)
        if not found:
            yield line
            continue
        covariates, _ = printed(placeholders(found[1])[0], estimates)
        yield line.replace(found[0], ", adjusted as above") if covariates == before else line
        before = covariates


def _see(name: str, display: DisplayBase) -> str:
    verb = "shows" if display.form == "figure" else "gives"
    return f"{{{{ display {name} }}}} {verb} all of them."


def _kept(sentences: Sequence[str] | Iterator[str], estimates: Estimates) -> list[str]:
    """Return the sentences whose numbers exist; those with display names have none."""
    found = []
    for sentence in sentences:
        try:
            for one in placeholders(sentence):
                if one.words[0] != "display":
                    printed(one, estimates)
        except UserError:
            continue
        found.append(sentence)
    return found


def _patients(plan: DisplayPlan, estimates: Estimates) -> Sentences:
    flows = [name for name, one in plan.displays.items() if one.kind == "flow"]
    where = f" ({{{{ display {flows[0]} }}}})" if flows else ""
    try:
        several = len({row["time"] for row in estimates.of("patients")}) > 1
    except UserError:
        return
    if several:
        yield (
            "Of {{ patients time=first | count }} patients, {{ patients time=last | count }} "
            f"were analysed{where}."
        )
    else:
        yield f"{{{{ patients time=first | count }}}} patients were analysed{where}."


def _analysis(name: str, estimates: Estimates) -> Sentences:
    try:
        rows = estimates.of(name)
    except UserError:
        return
    for method, write in WRITERS.items():
        own = [row for row in rows if row["method"] == method and not row["centre"]]
        if own:
            yield from write(name, own, estimates)


def _number(name: str, form: str, **selected: object) -> str:
    chosen = "".join(f' {key}="{_value(value)}"' for key, value in selected.items())
    return f"{{{{ {name}{chosen} | {form} }}}}"


def _value(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def _levels(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(str(row["group"]) for row in rows))


def _in_group(row: Row, group: str, estimates: Estimates) -> str:
    """Return "with CAR-HEMATOTOX high (2–7)", or nothing for all patients."""
    exposure = wording.exposure(estimates.words, [{**row, "group": group}])
    if not group:
        return "of all patients"
    label = wording.mentioned(estimates.words, exposure) if exposure else "group"
    return f"with {label} {estimates.words.level(exposure, group)}"


def _listed(parts: Sequence[str]) -> str:
    return " and ".join([", ".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _endpoint(row: Row, estimates: Estimates) -> str:
    return wording.endpoint(estimates.words, str(row["endpoint"]))


def _proportion(name: str, rows: Sequence[Row], estimates: Estimates) -> Sentences:
    groups = [group for group in _levels(rows) if group] or [""]
    parts = [
        f"{_number(name, 'events_of_n', **({'group': g} if g else {}))} "
        f"{_in_group(rows[0], g, estimates)}"
        for g in groups
    ]
    yield f"{_endpoint(rows[0], estimates)}: {_listed(parts)}."


def _ratios(form: str) -> Callable[[str, Sequence[Row], Estimates], Sentences]:
    def write(name: str, rows: Sequence[Row], estimates: Estimates) -> Sentences:
        effects = [r for r in rows if r["estimand"] in wording.EFFECTS]
        if not effects:
            return
        exposure = estimates.words.exposures.get(name, str(effects[0]["term"]))
        first = effects[0]
        own = [
            r for r in effects if r["term"] == exposure and r["adjustment"] == first["adjustment"]
        ]
        for row in own:
            yield _ratio(name, row, form, estimates)

    return write


def _ratio(name: str, row: Row, form: str, estimates: Estimates) -> str:
    words, group = estimates.words, str(row["group"])
    selected = {"group": group} if group else {}
    if group:
        label = words.variable(str(row["term"])).label
        what = f"{label} {wording.contrast(words, str(row['term']), group, str(row['reference']))}"
    else:
        what = wording.per_unit(words, str(row["term"]))
    adjusted = any(kind in str(row["adjustment"]) for kind in ("linear predictor", "multivariable"))
    how = f", adjusted for {_number(name, 'covariates', **selected)}" if adjusted else ""
    how += _strata([row], estimates)
    endpoint = _endpoint(row, estimates)
    return f"{what}, {endpoint}{how}: {_number(name, form, **selected)}."


def _at_times(name: str, rows: Sequence[Row], estimates: Estimates) -> Sentences:
    estimand = AT_TIMES[str(rows[0]["method"])]
    own = [row for row in rows if row["estimand"] == estimand]
    first = next((row["term"] for row in own), "")
    own = [row for row in own if row["term"] == first]
    kind = "Cumulative incidence of " if estimand != "survival" else ""
    endpoint = _endpoint(rows[0], estimates)
    for time in dict.fromkeys(row["time"] for row in own):
        groups = [g for g in _levels(own) if g] or [""]
        parts = [
            _number(name, "percent_ci", estimand=estimand, **_at(row, group))
            + f" {_in_group(row, group, estimates)}"
            for group in groups
            for row in own
            if row["time"] == time and row["group"] == group
        ]
        if parts:
            when = numbers.time_label(time, "months")
            yield f"{kind}{endpoint} at {when}: {_listed(parts)}."


def _at(row: Row, group: str) -> dict[str, object]:
    chosen: dict[str, object] = {"time": row["time"]}
    chosen |= {"term": row["term"]} if row["term"] else {}
    return chosen | ({"group": group} if group else {})


def _test(name: str, rows: Sequence[Row], estimates: Estimates) -> Sentences:
    row = rows[0]
    test = wording.TESTS.get(str(row["test"]), str(row["test"]))
    endpoint = _endpoint(row, estimates)
    selected = {"adjustment": "none"} if any(r["adjustment"] == "" for r in rows) else {}
    selected |= {"term": row["term"]} if len({r["term"] for r in rows}) > 1 else {}
    number = _number(name, "p", **selected)
    yield f"Groups compared for {endpoint} by {test}{_strata(rows, estimates)}: {number}."


def _strata(rows: Sequence[Row], estimates: Estimates) -> str:
    """Return ", stratified by centre" for rows that all are."""
    kinds = {part for row in rows for part in str(row["adjustment"]).split("; ")}
    strata = [part for part in sorted(kinds) if part.startswith("stratified: ")]
    if "" in kinds or not strata:
        return ""
    return f", {wording.inside(wording.adjustment(estimates.words, strata[0]))}"


def _roc(name: str, rows: Sequence[Row], estimates: Estimates) -> Sentences:
    for row in rows:
        if row["estimand"] == "auc" and not row["group"]:
            marker = estimates.words.variable(str(row["term"])).label
            endpoint = _endpoint(row, estimates)
            number = _number(name, "auc_ci", term=row["term"])
            yield f"{marker} and {endpoint}: area under the curve {number}."


def _accuracy(name: str, rows: Sequence[Row], estimates: Estimates) -> Sentences:
    own = [row for row in rows if row["estimand"] in TEST_WORDS]
    if not own:
        return
    parts = [
        f"{TEST_WORDS[str(row['estimand'])]} "
        f"{_number(name, 'percent_ci', estimand=row['estimand'])}"
        for row in own
    ]
    label = estimates.words.variable(str(own[0]["term"])).label
    level = estimates.words.level(str(own[0]["term"]), str(own[0]["group"]))
    endpoint = _endpoint(own[0], estimates)
    yield f"{label} {level} as a test for {endpoint}: {_listed(parts)}."


def _follow_up(name: str, rows: Sequence[Row], estimates: Estimates) -> Sentences:
    del rows, estimates
    yield f"The median follow-up was {_number(name, 'time_ci')}."


def _across(name: str, rows: Sequence[Row], estimates: Estimates) -> Sentences:
    row = rows[0]
    endpoint = _endpoint(row, estimates)
    form = "hr_ci_p" if row["estimand"] == "log_hazard_ratio" else "or_ci_p"
    yield f"Across centres, {endpoint}: {_number(name, form, method='random_effects')}."


WRITERS: dict[str, Callable[[str, Sequence[Row], Estimates], Sentences]] = {
    "follow_up": _follow_up,
    "proportion": _proportion,
    "logistic": _ratios("or_ci_p"),
    "logistic_firth": _ratios("or_ci_p"),
    "kaplan_meier": _at_times,
    "cumulative_incidence": _at_times,
    "log_rank": _test,
    "gray_test": _test,
    "cox": _ratios("hr_ci_p"),
    "fine_gray": _ratios("shr_ci_p"),
    "roc": _roc,
    "diagnostic_accuracy": _accuracy,
    "random_effects": _across,
}
"""Method and the sentences about its rows; a method that is not listed stands in its table only."""
