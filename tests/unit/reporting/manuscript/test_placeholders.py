"""Placeholders: how they are read, which row they mean, what they print; what is refused."""

from typing import Any

import pytest

from hematotox.errors import UserError
from hematotox.reporting.manuscript.chosen_row import Estimates
from hematotox.reporting.manuscript.citations import Citations
from hematotox.reporting.manuscript.placeholders import placeholders
from hematotox.reporting.manuscript.printed_forms import FORMS, printed
from hematotox.reporting.manuscript.refused_words import Shown, refused


@pytest.fixture
def study(make: Any, words: Any) -> Estimates:
    """Late ICAHT by HT: an unadjusted and two adjusted models, rates, survival at two times."""
    odds = {"method": "logistic", "estimand": "log_odds_ratio", "endpoint": "late_icaht"}
    adjusted = {"analysis": "t.adjusted", **odds}
    direct = {"adjustment": "multivariable: histology + age"}
    rows = [
        make.ratio(3.99, 1.16, 13.77, analysis="t.unadjusted", p_value=0.03, **odds),
        make.ratio(3.11, 1.0, 13.6, p_value=0.078, adjustment="linear predictor: d", **adjusted),
        make.ratio(3.3, 1.1, 14, p_value=0.06, **direct, **adjusted),
        make.ratio(1.6, 0.6, 4, p_value=0.4, **direct, **{**adjusted, "term": "age", "group": ""}),
        *(
            make.row("proportion", "proportion", analysis="t.rate", group=group, n=n, n_event=k,
                     estimate=k / n)
            for group, k, n in (("", 22, 335), ("high", 19, 211), ("low", 3, 124))
        ),
        *(
            make.row("kaplan_meier", "survival", analysis="os", group=group, time=day, n=138,
                     estimate=s, conf_low=s - 0.1, conf_high=s + 0.1, conf_level=0.95)
            for group in ("low", "high")
            for day, s in ((365.0, 0.776), (730.0, 0.72))
        ),
        make.row("log_rank", "hypothesis_test", analysis="lr", p_value=0.0019, test="log-rank"),
        make.ratio(None, None, None, analysis="failed", condition="did not converge", **odds),
    ]  # fmt: skip
    return Estimates(make.estimates(*rows), words)


def _printed(text: str, study: Estimates) -> str:
    return printed(placeholders(text)[0], study)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{{ t.unadjusted | or_ci_p }}", "OR 3.99 (95% CI 1.16–13.8), P = 0.030"),
        ("{{t.unadjusted|or}}", "OR 3.99"),
        ("{{ t.unadjusted | ratio_ci }}", "3.99 (95% CI 1.16–13.8)"),
        ("{{ t.rate | events_of_n }}", "22/335 (7%)"),
        ("{{ t.rate group=high | events_of_n }}", "19/211 (9%)"),
        ('{{ os group="low" time=365 | percent_ci }}', "77.6% (95% CI 67.6–87.6)"),
        ("{{ os group=low time=last | percent }}", "72.0%"),
        ("{{ lr | p }}", "P = 0.0019"),
        # of two adjusted models the one that the forest shows; the other by its name
        ("{{ t.adjusted | or }}", "OR 3.11"),
        ("{{ t.adjusted adjustment=multivariable | or }}", "OR 3.30"),
        ("{{ t.adjusted adjustment=multivariable term=age | or }}", "OR 1.60"),
        ("{{ t.adjusted adjustment=multivariable | covariates }}", "Histology, Age"),
    ],
)
def test_what_a_placeholder_prints(text: str, expected: str, study: Estimates) -> None:
    assert _printed(text, study) == expected


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("{{ t.unadjusted }}", "needs a format after |"),
        ("{{ t.unadjusted | odds }}", 'there is no format "odds"'),
        ("{{ t.unadjustd | or }}", 'is "t.unadjusted" meant?'),
        ("{{ t.unadjusted groups=high | or }}", 'is "group" meant?'),
        ("{{ t.unadjusted group=hihg | or }}", 'is "high" meant?'),
        ("{{ t.unadjusted group=high group=high | or }}", "group= stands twice"),
        ("{{ t.unadjusted | hr }}", "has no number for the format"),
        ("{{ t.unadjusted high | or }}", '"high" is no selector'),
        ("{{ os time=365 | percent }}", "say which by group= (high, low)"),
        ("{{ os group=low | percent }}", "say which by time= (365, 730)"),
        ("{{ failed | or }}", "could not be estimated (did not converge)"),
        ("{{ t.unadjusted | covariates }}", "the model has no covariates"),
        ("{{ | or }}", "names nothing"),
        ("{{ t.unadjusted | }}", "has no format after |"),
        ("{{ t.unadjusted | or", "is not closed"),
        ("t.unadjusted | or }}", "is not closed"),
        ("{{ t.unadjusted =high | or }}", "cannot be read"),
    ],
)
def test_an_empty_or_ambiguous_placeholder_is_refused(
    text: str, part: str, study: Estimates
) -> None:
    with pytest.raises(UserError) as caught:
        _printed(text, study)
    assert part in str(caught.value)


def test_no_format_evaluates_what_is_written(study: Estimates) -> None:
    with pytest.raises(UserError, match="there is no format"):
        _printed("{{ t.unadjusted | __import__('os') }}", study)
    assert all(name.isidentifier() for name in FORMS)


def _why(text: str, study: Estimates, *, results: bool = True) -> list[str]:
    shown = [Shown(one.start, printed(one, study)[1], one.form) for one in placeholders(text)]
    return [why for _, why in refused(text, shown, results=results)]


LARGE = "{{ t.adjusted | or_ci_p }}"
SMALL = "{{ t.unadjusted | or_ci_p }}"
COVARIATES = "{{ t.adjusted | covariates }}"


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (f"There was no difference ({LARGE}).", "no difference"),
        (f"Rates were similar ({LARGE}).", "similar"),
        (f"HT was not associated with it ({LARGE}).", "not associated"),
        (f"Rates did not differ ({LARGE}).", "did not differ"),
        (f"There was no significant difference ({LARGE}).", "no significant difference"),
        # the sentence without a number is about the paragraph's
        (f"The odds ratio was {LARGE}. Rates were similar.", "similar"),
        (f"HT was independently associated with it ({SMALL}).", "independently"),
        (f"HT was an independent factor ({LARGE}).", "independent"),
        (f"A high HT predicts late ICAHT ({SMALL}).", "predicts"),
        (f"HT was a predictor ({SMALL}).", "predictor"),
        ("Late ICAHT occurred in 9.1% of the patients.", "9.1"),
        ("It occurred in 19/211 patients.", "19/211"),
        ("The groups differed (P < .05).", "P < ."),
    ],
)
def test_words_that_a_number_does_not_bear_out(text: str, word: str, study: Estimates) -> None:
    [why] = _why(text, study)
    assert why.startswith(f'"{word}"')


@pytest.mark.parametrize(
    "text",
    [
        f"There was no difference in the protocol. The groups differed ({SMALL}).",
        f"The odds ratio was {LARGE}.",
        f"HT was independently associated with it ({LARGE}, adjusted for {COVARIATES}).",
        "The area under the curve predicts {{ os group=low time=365 | percent }}.",
        f"Positive predictive values; the linear predictor ({SMALL}).",
        "Others found 9.1% [@rejeski_2021].",
        "Grade 3 or higher on days 31-100, 12 months after 2 lines (95% CI).",
    ],
)
def test_words_that_may_stand(text: str, study: Estimates) -> None:
    assert _why(text, study) == []


def test_a_number_may_be_typed_in_the_discussion(study: Estimates) -> None:
    assert _why("Half of them, 51.2%.", study, results=False) == []


def test_citations_are_numbered_as_they_come_and_unknown_ones_refused() -> None:
    from hematotox.reporting.manuscript.written import read_references
    from hematotox.run.files import CLONE, read_text

    path = CLONE / "config" / "references.yaml"
    references = read_references({"config/references.yaml": read_text(path)})
    cited = Citations(references)
    assert cited.numbers("@cox_1972") == "1"
    assert cited.numbers("@gray_1988; @fine_gray_1999; @cox_1972") == "1–3"
    assert cited.numbers("@firth_1993; @cox_1972") == "1,4"
    # the AMA Manual of Style's form of a journal article
    assert cited.list[2] == (
        "Fine JP, Gray RJ. A proportional hazards model for the subdistribution of a competing "
        "risk. J Am Stat Assoc. 1999;94(446):496–509. doi:10.1080/01621459.1999.10474144"
    )
    assert cited.bibtex.count("@article{") == 4
    assert "  author = {Cox, D R}," in cited.bibtex
    with pytest.raises(UserError, match='is "cox_1972" meant'):
        cited.numbers("@cox_1973")
