"""2x2 tables: counts against estimates, tables behind an odds ratio, Fisher's exact test."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from statistics import NormalDist

from hematotox.audit.findings import Finding
from hematotox.audit.fisher import fisher_p_value
from hematotox.audit.printed import Printed, Range
from hematotox.audit.reconstruction import Table, tables_behind

CLOSE = 1e-6
QUANTILE = NormalDist().inv_cdf(0.975)
ONE_ENDPOINT = ("study", "population", "centre", "endpoint", "score")
ONE_TEST = ("study", "analysis", "population", "centre", "term")


def table_findings(rows: Sequence[Printed]) -> Iterator[Finding]:
    """Yield estimates that no 2x2 table, or not the printed one, explains."""
    for one in rows:
        table = _printed_table(one)
        if table is not None:
            yield from _against_counts(one, table)
    yield from _behind_odds_ratios(rows)
    yield from _fisher_tests(rows)
    yield from _printed_twice(rows)


# --- printed counts -------------------------------------------------------------------------------


def _printed_table(one: Printed) -> Table | None:
    cells = [one.number(c) for c in ("n_event_high", "n_high", "n_event_low", "n_low")]
    if None in cells:
        return None
    event_high, n_high, event_low, n_low = (int(cell) for cell in cells if cell is not None)
    return event_high, n_high, event_low, n_low


def _against_counts(one: Printed, table: Table) -> Iterator[Finding]:
    """Yield an estimate, or a Wald limit, that differs from its own counts."""
    a, n_high, c, n_low = table
    for column, expected in _of_counts(one.text("estimand"), table).items():
        found: Range | None = getattr(one, column)
        if column != "estimate" and one.text("conf_method") != "wald":
            continue
        if found is not None and not found.meets(Range(expected - CLOSE, expected + CLOSE)):
            value = math.exp(expected) if one.is_ratio else expected
            words = column.replace("conf_", "limit ").replace("_", " ")
            message = f"{a}/{n_high} against {c}/{n_low} gives {value:.4g} as its {words}"
            yield Finding("estimate and 2x2 table", one.place, message)


def _of_counts(estimand: str, table: Table) -> dict[str, float]:
    a, n_high, c, n_low = table
    b, d = n_high - a, n_low - c
    if estimand == "log_odds_ratio" and min(a, b, c, d) > 0:
        middle, error = math.log(a * d / (b * c)), math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
        reach = QUANTILE * error
        return {"estimate": middle, "conf_low": middle - reach, "conf_high": middle + reach}
    sensitivity = a / (a + c) if a + c else math.nan
    specificity = d / (b + d) if b + d else math.nan
    shares = {
        "sensitivity": sensitivity,
        "specificity": specificity,
        "auc": (sensitivity + specificity) / 2,
    }
    value = shares.get(estimand, math.nan)
    return {} if math.isnan(value) else {"estimate": value}


# --- tables behind an odds ratio ------------------------------------------------------------------


def _behind_odds_ratios(rows: Sequence[Printed]) -> Iterator[Finding]:
    """Yield what no table of the two groups explains: the ratio, the events, the AUC.

    Where the whole groups give no table, subsets of at least four fifths of each are tried, as of
    patients evaluable for the endpoint.
    """
    for one in rows:
        sizes = one.number("n_high"), one.number("n_low")
        wald = one.text("conf_method") == "wald" and one.text("estimand") == "log_odds_ratio"
        if not wald or None in sizes or one.number("n_event_high") is not None:
            continue
        if one.text("adjustment") or one.estimate is None:
            continue
        assert one.conf_low is not None
        assert one.conf_high is not None
        limits = (one.estimate, one.conf_low, one.conf_high)
        n_high, n_low = (int(size or 0) for size in sizes)
        found = tables_behind(limits, n_high, n_low=n_low)
        if not found:
            message = f"no 2x2 table of up to {n_high} and {n_low} patients gives it"
            yield Finding("2x2 table behind an odds ratio", one.place, message)
            continue
        beside = [x for x in rows if x.key(*ONE_ENDPOINT) == one.key(*ONE_ENDPOINT)]
        yield from _events_beside(one, found, beside)
        yield from _area_beside(one, found, beside)


def _events_beside(
    one: Printed, found: Sequence[Table], beside: Sequence[Printed]
) -> Iterator[Finding]:
    """Yield a printed number of patients with the event that no such table has."""
    totals = {a + c for a, _, c, _ in found}
    for other in beside:
        if other.text("estimand") != "count" or other.text("group") or other.text("term"):
            continue
        printed = other.number("estimate")
        if printed is not None and not min(totals) <= printed <= max(totals):
            span = str(min(totals)) if len(totals) == 1 else f"{min(totals)} to {max(totals)}"
            message = (
                f"{printed:.0f} patients with the event; the odds ratio of {one.text('place')} "
                f"needs {span}"
            )
            yield Finding("events and odds ratio", other.place, message)


def _area_beside(
    one: Printed, found: Sequence[Table], beside: Sequence[Printed]
) -> Iterator[Finding]:
    """Yield a printed AUC of the groups that no such table has."""
    areas = [_of_counts("auc", table)["estimate"] for table in found]
    span = Range(min(areas), max(areas))
    for other in beside:
        of_groups = other.text("estimand") == "auc" and other.text("term") == one.text("term")
        if of_groups and other.estimate is not None and not other.estimate.meets(span):
            yield Finding(
                "AUC and odds ratio",
                other.place,
                f"the odds ratio of {one.text('place')} implies an AUC of the two groups of "
                f"{span.low:.2f} to {span.high:.2f}",
            )


# --- Fisher's exact test --------------------------------------------------------------------------


def _fisher_tests(rows: Sequence[Printed]) -> Iterator[Finding]:
    """Yield p-values of Fisher's test that the counts beside them do not give."""
    counts: dict[tuple[str, ...], dict[tuple[str, str], Printed]] = {}
    for one in rows:
        if one.text("estimand") == "count" and one.text("group") and one.text("reference"):
            place = (one.text("group"), one.text("reference"))
            counts.setdefault(one.key(*ONE_TEST), {})[place] = one
    for one in rows:
        if one.text("test") != "fisher" or one.p_value is None:
            continue
        table = _two_groups(counts.get(one.key(*ONE_TEST), {}))
        if table is None:
            continue
        a, n_high, c, n_low = table
        p = fisher_p_value(table)
        if not one.p_value.meets(Range(p * (1 - CLOSE), p * (1 + CLOSE))):
            message = f"{a}/{n_high} against {c}/{n_low} gives P {p:.2g} by Fisher's exact test"
            yield Finding("P and counts", one.place, message)


def _two_groups(found: Mapping[tuple[str, str], Printed]) -> Table | None:
    """Return the 2x2 table of a characteristic with two groups and, among the known, two levels."""
    groups = list(dict.fromkeys(group for group, _ in found))
    levels = list(dict.fromkeys(level for _, level in found if level != "missing"))
    if len(groups) != 2 or not 1 <= len(levels) <= 2:
        return None
    cells: list[int] = []
    for group in groups:
        one = found.get((group, levels[-1]))
        events, n = (one.number("estimate"), one.number("n")) if one else (None, None)
        if events is None or n is None:
            return None
        cells += [int(events), int(n)]
    return cells[0], cells[1], cells[2], cells[3]


# --- one number in two places ---------------------------------------------------------------------


def _printed_twice(rows: Sequence[Printed]) -> Iterator[Finding]:
    """Yield a number that a paper prints twice, differently."""
    columns = (
        "study", "population", "centre", "score", "endpoint", "method", "landmark", "adjustment",
        "group", "comparator", "term", "reference", "time", "estimand", "test", "conf_method",
    )  # fmt: skip
    seen: dict[tuple[str, ...], Printed] = {}
    for one in rows:
        if not one.from_print or one.estimate is None:
            continue
        before = seen.setdefault(one.key(*columns), one)
        if before.estimate is not None and not before.estimate.meets(one.estimate):
            elsewhere = f"{before.text('printed')} in {before.text('place')}"
            message = f"{one.text('printed')} here, {elsewhere}"
            yield Finding("one number in two places", one.place, message)
