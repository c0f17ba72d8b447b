"""Sensitivity, specificity, likelihood ratios, AUC and odds ratio against each other."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from hematotox.audit.findings import Finding
from hematotox.audit.intervals import SUMMARIES
from hematotox.audit.printed import Printed, Range

ONE_TEST = (
    "study", "population", "centre", "endpoint", "score", "landmark", "adjustment", "convention",
    "policy",
)  # fmt: skip
SHARE_HIGH = 0.05
"""How much the share of the high group may differ among patients evaluable for an endpoint."""
UNADJUSTED_ODDS = ("logistic", "diagnostic_accuracy", "registry")


def accuracy_findings(rows: Sequence[Printed]) -> Iterator[Finding]:
    """Yield measures of one binary test that cannot be of the same patients."""
    tests: dict[tuple[str, ...], list[Printed]] = {}
    shares: dict[tuple[str, ...], list[Printed]] = {}
    for one in rows:
        if one.estimate is None or one.text("method") in SUMMARIES:
            continue
        if one.text("estimand") == "proportion":
            shares.setdefault(one.key(*ONE_TEST), []).append(one)
        else:
            # each number of points from which one acts is a test of its own
            rule = one.key("group") if one.text("method") == "net_benefit" else ()
            tests.setdefault(one.key(*ONE_TEST) + rule, []).append(one)
    sizes = _sizes(rows)
    for key, members in tests.items():
        yield from _one_test(members)
        yield from _area_of_odds(members, shares.get(key, ()), sizes)
        yield from _odds_of_shares(members, shares.get(key, ()))
    for members in shares.values():
        yield from _overall(members)


def _one_test(members: Sequence[Printed]) -> Iterator[Finding]:
    """Yield measures that differ from what sensitivity and specificity say."""
    for term in dict.fromkeys(one.text("term") for one in members):
        of_term = {one.text("estimand"): one for one in members if one.text("term") == term}
        sensitivity, specificity = of_term.get("sensitivity"), of_term.get("specificity")
        if sensitivity is None or specificity is None:
            continue
        assert sensitivity.estimate is not None
        assert specificity.estimate is not None
        expected = _expected(sensitivity.estimate, specificity.estimate)
        yield from _compared(of_term, expected)


def _compared(
    of_term: Mapping[str, Printed], expected: Mapping[str, tuple[str, Range]]
) -> Iterator[Finding]:
    for estimand, (name, possible) in expected.items():
        one = of_term.get(estimand)
        if one is None or one.estimate is None or one.estimate.meets(possible):
            continue
        if estimand == "log_odds_ratio" and one.text("method") not in UNADJUSTED_ODDS:
            continue
        yield Finding(
            "sensitivity and specificity",
            one.place,
            f"sensitivity and specificity give {name} of {_shown(possible, estimand)}, "
            f"not {_shown(one.estimate, estimand)}",
        )


def _expected(sensitivity: Range, specificity: Range) -> dict[str, tuple[str, Range]]:
    """Return what each measure can be, given the other two."""
    s, c = _clipped(sensitivity), _clipped(specificity)
    positive = Range(_ratio(s.low, 1 - c.low), _ratio(s.high, 1 - c.high))
    negative = Range(_ratio(1 - s.high, c.high), _ratio(1 - s.low, c.low))
    odds = Range(_ratio(positive.low, negative.high), _ratio(positive.high, negative.low))
    return {
        "auc": ("an AUC", Range((s.low + c.low) / 2, (s.high + c.high) / 2)),
        "log_likelihood_ratio_positive": ("a positive likelihood ratio", _log(positive)),
        "log_likelihood_ratio_negative": ("a negative likelihood ratio", _log(negative)),
        "log_diagnostic_odds_ratio": ("a diagnostic odds ratio", _log(odds)),
        "log_odds_ratio": ("an odds ratio", _log(odds)),
    }


def _odds_of_shares(members: Sequence[Printed], shares: Sequence[Printed]) -> Iterator[Finding]:
    """Yield a printed odds ratio that is not that of the events in the two groups.

    In an estimates table the shares do not say whose groups they are of.
    """
    by_group = {one.text("group"): one.estimate for one in shares if one.text("group")}
    for one in members:
        if one.text("estimand") != "log_odds_ratio" or one.text("method") not in UNADJUSTED_ODDS:
            continue
        if not one.from_print:
            continue
        high, low = by_group.get(one.text("group")), by_group.get(one.text("reference"))
        if high is None or low is None or one.estimate is None:
            continue
        high, low = _clipped(high), _clipped(low)
        odds = Range(
            _ratio(_odds(high.low), _odds(low.high)), _ratio(_odds(high.high), _odds(low.low))
        )
        if not one.estimate.meets(_log(odds)):
            yield Finding(
                "odds ratio and shares of the groups",
                one.place,
                f"the shares of the two groups give an odds ratio of "
                f"{_shown(_log(odds), 'log_odds_ratio')}, not "
                f"{_shown(one.estimate, 'log_odds_ratio')}",
            )


def _sizes(rows: Sequence[Printed]) -> dict[tuple[str, ...], float]:
    """Return the patients of each group, and of all, from the heads of a table."""
    return {
        one.key("study", "population", "centre", "term", "group"): one.number("estimate") or 0.0
        for one in rows
        if one.text("estimand") == "count"
        and one.text("term").endswith(".group")
        and one.text("reference") in ("all", "")
    }


def _area_of_odds(
    members: Sequence[Printed],
    shares: Sequence[Printed],
    sizes: Mapping[tuple[str, ...], float],
) -> Iterator[Finding]:
    """Yield an AUC of two groups that their odds ratio, sizes and events rule out."""
    whole = [one.estimate for one in shares if not one.text("group")]
    areas = {one.text("term"): one for one in members if one.text("estimand") == "auc"}
    for odds in members:
        area = areas.get(odds.text("term"))
        place = odds.key("study", "population", "centre", "term")
        every, high = sizes.get((*place, "")), sizes.get((*place, odds.text("group")))
        if odds.text("estimand") != "log_odds_ratio" or area is None or not every or not high:
            continue
        if len(whole) != 1 or whole[0] is None or odds.estimate is None or area.estimate is None:
            continue
        possible = [
            _area(events, share, math.exp(ratio))
            for events in (whole[0].low, whole[0].high)
            for share in (high / every - SHARE_HIGH, high / every + SHARE_HIGH)
            for ratio in (odds.estimate.low, odds.estimate.high)
        ]
        span = Range(min(possible), max(possible))
        if not area.estimate.meets(span):
            yield Finding(
                "AUC and odds ratio",
                area.place,
                f"odds ratio, events and sizes of the groups give an AUC of {span.low:.2f} to "
                f"{span.high:.2f}, not {_shown(area.estimate, 'auc')}",
            )


def _area(events: float, share: float, odds: float) -> float:
    """Return the AUC of two groups from the shares with the event and high, and the odds ratio."""
    low, high = 0.0, min(1.0, events / (1 - share))
    for _ in range(100):  # the risk of the low group that gives the share of events
        risk = (low + high) / 2
        exposed = odds * risk / (1 - risk + odds * risk)
        low, high = (risk, high) if share * exposed + (1 - share) * risk < events else (low, risk)
    sensitivity = share * exposed / events
    false_positive = share * (1 - exposed) / (1 - events)
    return (1 + sensitivity - false_positive) / 2


def _overall(members: Sequence[Printed]) -> Iterator[Finding]:
    """Yield a share in all patients that lies outside those of its groups."""
    whole = [one for one in members if not one.text("group")]
    groups = [one.estimate for one in members if one.text("group") and one.estimate is not None]
    if len(whole) != 1 or len(groups) < 2 or whole[0].estimate is None:
        return
    span = Range(min(one.low for one in groups), max(one.high for one in groups))
    if not whole[0].estimate.meets(span):
        message = "the share in all patients lies outside the shares of its groups"
        yield Finding("share of all and of the groups", whole[0].place, message)


def _clipped(one: Range) -> Range:
    return Range(max(one.low, 0.0), min(one.high, 1.0))


def _odds(share: float) -> float:
    return _ratio(share, 1 - share)


def _ratio(above: float, below: float) -> float:
    if below > 0:
        return above / below
    return math.inf if above > 0 else 0.0


def _log(one: Range) -> Range:
    return Range(*(math.log(end) if end > 0 else -math.inf for end in (one.low, one.high)))


def _shown(one: Range, estimand: str) -> str:
    ends = (one.low, one.high)
    if estimand.startswith("log"):
        ends = tuple(math.exp(min(end, 700.0)) for end in ends)  # type: ignore[assignment]
    low, high = (f"{end:.3g}" for end in ends)
    return low if low == high else f"{low} to {high}"
