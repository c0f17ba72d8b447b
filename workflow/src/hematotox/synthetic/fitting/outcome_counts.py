"""How many patients of each cell have each outcome: grades, response, death without relapse."""

from __future__ import annotations

from collections.abc import Sequence

from hematotox.synthetic.assumptions import Assumptions, OutcomeAssumption
from hematotox.synthetic.calibration import LevelCounts
from hematotox.synthetic.fitting.cell_counts import Columns, split_levels
from hematotox.synthetic.fitting.published_numbers import PublishedNumbers
from hematotox.synthetic.fitting.two_by_two import events_behind

POPULATIONS = (("simple_ht", 0), ("ht", 2))
NO_EVENTS = (0.0, 0.0, 0.0, 0.0)
GRADED = {
    "early_icaht": ("early_icaht", "early_icaht_ge3"),
    "late_icaht": ("late_icaht", "late_icaht_ge3"),
    "crs": ("crs", "severe_crs"),
    "icans": ("icans", "severe_icans"),
}
YES_OR_NO = ("late_thrombocytopenia", "late_anemia")

Cells = dict[str, LevelCounts]


def outcome_counts(
    published: PublishedNumbers, assumptions: Assumptions, *, both_high: int
) -> dict[str, Cells]:
    """Count patients by outcome, cell and grade (or yes and no).

    Where the paper prints an odds ratio, the events are those behind it (`two_by_two`); elsewhere
    the assumed shares. Cells outside the paper's tables get the shares of the others.
    """
    sizes = published.columns("column head")
    counts: dict[str, Cells] = {}
    for outcome, (any_grade, severe) in GRADED.items():
        assumed = assumptions.outcomes[outcome]
        levels = _graded_levels(published, assumed, endpoints=(any_grade, severe), sizes=sizes)
        cells = split_levels(levels, both_high)
        counts[outcome] = {cell: _grades(found, assumed) for cell, found in cells.items()}
    for outcome in YES_OR_NO:
        assumed = assumptions.outcomes[outcome]
        events = _events(
            published, outcome, evaluable=assumed.evaluable, shares=assumed.any_share or NO_EVENTS
        )
        levels = _levels({"yes": events}, assumed.evaluable, rest="no", sizes=sizes)
        counts[outcome] = split_levels(levels, both_high)
    counts["response"] = _responses(published, assumptions, sizes=sizes, both_high=both_high)
    return counts


def extend(cells: Cells, sizes: dict[str, int]) -> Cells:
    """Give further cells the shares of the levels over all cells; drop unknown and empty levels."""
    total: LevelCounts = {}
    for levels in cells.values():
        for level, count in levels.items():
            total[level] = total.get(level, 0) + count
    everybody = sum(total.values())
    further = {
        cell: _apportion({n: size * c / everybody for n, c in total.items()}, size)
        for cell, size in sizes.items()
    }
    return {
        cell: {level: count for level, count in levels.items() if level and count}
        for cell, levels in {**cells, **further}.items()
    }


def non_relapse_deaths(
    published: PublishedNumbers, assumptions: Assumptions, *, both_high: int
) -> dict[str, LevelCounts]:
    """Count deaths without relapse by cell and cause.

    The total, the infectious deaths and those of COVID-19 are printed as numbers, the split by
    HT and SimpleHT as percentages at one year.
    """
    sizes = published.columns("column head")
    total, infectious, covid = (round(n) for n in published.values("text X4", "count")[:3])
    low, high = _deaths(published, "text X3", sizes=sizes[2:])
    simple_low, _ = _deaths(published, "text X5", sizes=sizes[:2])
    deaths = Columns(simple_low, total - simple_low, low, high)
    simple_high = round(infectious * deaths.simple_high / total)
    by_ht = _deaths(published, "text X4", sizes=sizes[2:])
    infections = Columns(infectious - simple_high, simple_high, *by_ht)
    causes = {"infection": infections, "other": _minus(deaths, infections)}
    cells = split_levels(_levels(causes, sizes, rest="", sizes=sizes), both_high)
    named = _name_causes(cells, covid, causes=assumptions.non_relapse_causes)
    return {**named, **assumptions.non_relapse_elsewhere}


def _deaths(published: PublishedNumbers, place: str, *, sizes: Sequence[int]) -> tuple[int, int]:
    """Turn the printed incidences of low and high into deaths."""
    low, high = (
        round(size * published.value(place, "cumulative_incidence", group=group))
        for size, group in zip(sizes, ("low", "high"), strict=True)
    )
    return low, high


def _name_causes(cells: Cells, covid: int, *, causes: LevelCounts) -> dict[str, LevelCounts]:
    """Call one infection of a cell COVID-19, in turn; deal out the other causes in turn."""
    named: dict[str, LevelCounts] = {}
    turns = range(max(causes.values()))
    other = [cause for turn in turns for cause, count in causes.items() if count > turn]
    for cell, levels in sorted(cells.items(), key=lambda item: -item[1]["infection"]):
        found = {"infection": levels["infection"]}
        if covid and levels["infection"] > 1:
            found = {"infection": levels["infection"] - 1, "covid_19": 1}
            covid -= 1
        for _ in range(levels["other"]):
            cause = other.pop(0)
            found[cause] = found.get(cause, 0) + 1
        named[cell] = found
    return named


def _responses(
    published: PublishedNumbers, assumptions: Assumptions, *, sizes: Columns, both_high: int
) -> Cells:
    evaluable = assumptions.responders
    complete = _events(published, "complete_response_day_90", evaluable=evaluable, shares=NO_EVENTS)
    overall = _events(published, "overall_response_day_90", evaluable=evaluable, shares=NO_EVENTS)
    levels = _levels(
        {"cr": complete, "pr": _minus(overall, complete)}, evaluable, rest="none", sizes=sizes
    )
    return split_levels(levels, both_high)


def _graded_levels(
    published: PublishedNumbers,
    assumed: OutcomeAssumption,
    *,
    endpoints: tuple[str, str],
    sizes: Columns,
) -> dict[str, Columns]:
    events = _events(
        published, endpoints[0], evaluable=assumed.evaluable, shares=assumed.any_share or NO_EVENTS
    )
    severe = _events(
        published,
        endpoints[1],
        evaluable=assumed.evaluable,
        shares=assumed.severe_share or NO_EVENTS,
    )
    mild = _minus(events, severe)
    return _levels({"severe": severe, "mild": mild}, assumed.evaluable, rest="0", sizes=sizes)


def _events(
    published: PublishedNumbers,
    endpoint: str,
    *,
    evaluable: Sequence[int],
    shares: Sequence[float],
) -> Columns:
    events: list[int] = []
    for population, first in POPULATIONS:
        n_low, n_high = evaluable[first], evaluable[first + 1]
        printed = published.odds_ratio(endpoint, population)
        if printed is None:
            events += [round(n_low * shares[first]), round(n_high * shares[first + 1])]
        else:
            events += events_behind(printed, n_low=n_low, n_high=n_high)
    return Columns(*events)


def _levels(
    events: dict[str, Columns], evaluable: Sequence[int], *, rest: str, sizes: Columns
) -> dict[str, Columns]:
    """Add the evaluable without event, and those not evaluable, to fill the columns."""
    without = Columns(*evaluable)
    for counts in events.values():
        without = _minus(without, counts)
    levels = {**events, rest: without} if rest else dict(events)
    left = sizes
    for counts in levels.values():
        left = _minus(left, counts)
    return {**levels, "": left}


def _minus(columns: Columns, other: Columns) -> Columns:
    return Columns(*(a - b for a, b in zip(columns, other, strict=True)))


def _grades(levels: LevelCounts, assumed: OutcomeAssumption) -> LevelCounts:
    first = round(levels["mild"] * assumed.first_grade)
    third = round(levels["severe"] * assumed.third_grade)
    return {
        "0": levels["0"],
        "1": first,
        "2": levels["mild"] - first,
        "3": third,
        "4": levels["severe"] - third,
        "": levels[""],
    }


def _apportion(wanted: dict[str, float], size: int) -> LevelCounts:
    """Round to whole patients that add up to the size, largest remainders first."""
    counts = {level: int(count) for level, count in wanted.items()}
    remainders = sorted(wanted, key=lambda level: counts[level] - wanted[level])
    for level in remainders[: size - sum(counts.values())]:
        counts[level] += 1
    return counts
