"""Settings of the analyses that no data could make sensible are refused with file and line."""

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.study import Study
from hematotox.errors import UserError

LINE = "one: {method: cox, endpoint: survival, exposure: risk}"


@pytest.mark.parametrize(
    ("analysis", "message"),
    [
        ("{method: cox, exposure: risk}", "analyses.one.endpoint: is missing"),
        ("{method: cox, endpoint: survival}", "analyses.one.exposure: is missing"),
        (
            "{method: kaplan_meier, endpoint: survival, times: [-1]}",
            "analyses.one.times.0: Input should be greater than or equal to 0",
        ),
        (
            "{method: kaplan_meier, endpoint: survival, quantiles: [1.5]}",
            "analyses.one.quantiles.0: Input should be less than 1",
        ),
        (
            "{method: rmst, endpoint: survival, exposure: risk, horizon: 0}",
            "analyses.one.horizon: Input should be greater than 0",
        ),
        (
            "{method: cox, endpoint: survival, exposure: risk, landmark: 0}",
            "analyses.one.landmark: Input should be greater than 0",
        ),
        (
            "{method: cox, endpoint: survival, exposure: risk, covariates: [age], adjust: disease}",
            "analyses.one: covariates or adjust, not both",
        ),
        (
            "{method: cox, endpoint: survival, exposure: risk, adjust: [age, ipi]}",
            "analyses.one.adjust: names one of the study's linear_predictors, it is no list; for "
            "single variables write covariates: [...]",
        ),
        (
            "{method: kaplan_meier, endpoint: survival, conf_type: loglog}",
            "analyses.one.conf_type: must be one of 'log-log', 'log' or 'plain'",
        ),
        (
            "{method: kaplan_meier, endpoint: survival, exposre: risk}",
            'analyses.one.exposre: unknown key; is "exposure" meant?',
        ),
    ],
)
def test_a_wrong_setting_is_refused(table_study, analysis: str, message: str) -> None:
    text = table_study.replace(LINE, f"one: {analysis}")
    with pytest.raises(UserError) as caught:
        parse(text, source="small.yaml", model=Study)
    assert f"small.yaml:17: {message}" in str(caught.value)
