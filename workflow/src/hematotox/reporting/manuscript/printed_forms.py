"""The formats of placeholders: what each may print, and how."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from hematotox.declarations.study.analyses import ESTIMANDS
from hematotox.errors import UserError
from hematotox.reporting.manuscript.chosen_row import Estimates
from hematotox.reporting.manuscript.placeholders import Placeholder, unknown_word
from hematotox.reporting.words import numbers, wording
from hematotox.reporting.words.number_style import style
from hematotox.reporting.words.rows import Row


@dataclass(frozen=True, slots=True)
class Form:
    """A format: the estimands that it may print (any, if none is listed), and how."""

    estimands: tuple[str, ...]
    write: Callable[[Row], str]
    needs: str = "estimate"
    """Column without which there is nothing to print."""


def _unit(row: Row) -> str:
    scale, estimand = ESTIMANDS[str(row["estimand"])].scale, str(row["estimand"])
    two_decimals = estimand in ("auc", "auc_difference", "concordance", "correlation")
    if scale == "time":
        return " months"
    if scale == "probability" and not two_decimals:
        return "%"
    return " percentage points" if scale == "difference" and not two_decimals else ""


def _estimate(row: Row) -> str:
    text = numbers.estimate(row)
    known = text not in (numbers.NOT_REACHED, numbers.NONE)
    return f"{text}{_unit(row)}" if known else "not reached" if text != numbers.NONE else text


def _with_limits(row: Row) -> str:
    limits = numbers.interval(row)
    return f"{_estimate(row)} ({style().limits}{limits})" if limits else _estimate(row)


def _with_limits_and_p(row: Row) -> str:
    return f"{_with_limits(row)}, {numbers.p_phrase(row['p_value'])}"


def _ratio(write: Callable[[Row], str]) -> Callable[[Row], str]:
    def named(row: Row) -> str:
        return f"{wording.EFFECTS[str(row['estimand'])][0]} {write(row)}"

    return named


def _scaled(scale: str) -> tuple[str, ...]:
    return tuple(name for name, estimand in ESTIMANDS.items() if estimand.scale == scale)


RATIOS = {
    "or": ("log_odds_ratio", "conditional_log_odds_ratio"),
    "hr": ("log_hazard_ratio",),
    "shr": ("log_subdistribution_hazard_ratio",),
}
FORMS: dict[str, Form] = {
    **{name: Form(kinds, _ratio(_estimate)) for name, kinds in RATIOS.items()},
    **{f"{name}_ci": Form(kinds, _ratio(_with_limits)) for name, kinds in RATIOS.items()},
    **{f"{name}_ci_p": Form(kinds, _ratio(_with_limits_and_p)) for name, kinds in RATIOS.items()},
    "ratio_ci": Form(sum(RATIOS.values(), ()), _with_limits),
    "ratio_ci_p": Form(sum(RATIOS.values(), ()), _with_limits_and_p),
    "percent": Form(_scaled("probability"), _estimate),
    "percent_ci": Form(_scaled("probability"), _with_limits),
    "auc_ci": Form(("auc",), _with_limits),
    "time_ci": Form(_scaled("time"), _with_limits),
    "estimate": Form((), _estimate),
    "estimate_ci": Form((), _with_limits),
    "estimate_ci_p": Form((), _with_limits_and_p),
    "count": Form(("count",), lambda row: numbers.count(row["estimate"])),
    "events_of_n": Form(
        ("proportion",), lambda row: numbers.events_of_patients(row["n_event"], row["n"])
    ),
    "n": Form((), lambda row: numbers.count(row["n"]), needs="n"),
    "events": Form((), lambda row: numbers.count(row["n_event"]), needs="n_event"),
    "p": Form(("hypothesis_test",), lambda row: numbers.p_phrase(row["p_value"]), "p_value"),
}
COVARIATES = "covariates"
"""The format that names what a model is adjusted for."""


def printed(wanted: Placeholder, estimates: Estimates) -> tuple[str, Row]:
    """Return what a placeholder prints, and the row that it prints.

    Raises
    ------
    UserError
        No row, several rows, a row without the number, or a format that does not exist.
    """
    if len(wanted.words) > 1:
        raise UserError(f'"{wanted.words[1]}" is no selector; a selector is written key=value')
    if not wanted.form:
        raise UserError(f"needs a format after |, one of: {', '.join(known_forms())}")
    if wanted.form == COVARIATES:
        row = estimates.choose(wanted, wording.EFFECTS)
        return adjusted_for(row, estimates), row
    if wanted.form not in FORMS:
        raise UserError(unknown_word(wanted.form, known_forms(), "format"))
    form = FORMS[wanted.form]
    row = estimates.choose(wanted, form.estimands)
    quantile = str(row["estimand"]).endswith("time_quantile")
    if not numbers.is_number(row[form.needs]) and not quantile:
        why = f" ({row['condition']})" if row["condition"] else ""
        raise UserError(f"the number could not be estimated{why}; leave the sentence out")
    return form.write(row), row


def known_forms() -> list[str]:
    """Return the names of all formats."""
    return [*FORMS, COVARIATES]


def adjusted_for(row: Row, estimates: Estimates) -> str:
    """Return the covariates of a row's model in words.

    Raises
    ------
    UserError
        The model has none.
    """
    for part in str(row["adjustment"]).split("; "):
        kind, _, names = part.partition(": ")
        if kind == "linear predictor":
            return estimates.words.linear_predictors.get(names, "") or names
        if kind == "multivariable":
            return ", ".join(wording.mentioned(estimates.words, n) for n in names.split(" + "))
    raise UserError("the model has no covariates")
