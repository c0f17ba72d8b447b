"""Published risks: what a row must hold, and which of them an analysis may stand beside."""

import csv
import io
import math

import pytest

from hematotox.declarations.base import parse
from hematotox.declarations.study.checks.expected import expected_of, expected_troubles
from hematotox.declarations.study.expected_risk import ExpectedRisk
from hematotox.declarations.study.plan import PlannedEndpoint, PlannedVariable
from hematotox.declarations.study.registry import read_published
from hematotox.declarations.study.study import Study
from hematotox.errors import UserErrors
from hematotox.run.files import CLONE

FILE = CLONE / "config" / "published" / "expected_risks.csv"
ROW = {
    "source": "A25", "population": "Somewhere 2025", "score": "ht", "group": "low",
    "endpoint": "late", "window": "31-100", "estimand": "proportion", "events": "5", "n": "97",
    "certainty": "T",
}  # fmt: skip
STUDY = """\
id: small
title: A small study
centres: [c]
scores: [ht]
analyses:
  risk: {method: calibration, endpoint: ENDPOINT, marker: MARKER, against: AGAINST}
  among: {method: registry, of: risk, definition: late, reproduces: [OWN]}
displays: {}
"""
BINARY = PlannedEndpoint(type="binary", causes=("event",), days=(31, 100))
ENDPOINTS = {
    "late": BINARY,
    "early": BINARY,
    "os": PlannedEndpoint(type="time_to_event", causes=("death",)),
    "nrm": PlannedEndpoint(type="time_to_event", causes=("death", "relapse")),
}
VARIABLES = {
    "ht.points": PlannedVariable(type="number", score="ht"),
    "ht.group": PlannedVariable(type="category", score="ht"),
}


def read(*rows):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, list(ExpectedRisk.model_fields), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return read_published(stream.getvalue(), source="expected.csv", model=ExpectedRisk)


def study(endpoint="late", against="A25", own="B25", marker="ht.points", more=""):
    text = STUDY.replace("ENDPOINT", endpoint).replace("AGAINST", against).replace("OWN", own)
    text = text.replace("MARKER", marker).replace(", against", f"{more}, against")
    return parse(text, source="small.yaml", model=Study)


def test_the_file_holds_the_pooled_validation_as_printed():
    rows = read_published(FILE.read_text(encoding="utf-8"), source=FILE.name, model=ExpectedRisk)
    own = {r.group: (r.events, r.n, r.window, r.certainty) for r in rows if r.source == "REJ21"}
    assert own == {"low": (5, 97, "0-60", "T"), "high": (40, 83, "0-60", "T")}
    # one cohort of a paper for a score and endpoint, so that its key alone names it
    keys = [(r.source, r.score, r.endpoint, r.group, r.points) for r in rows]
    assert len(keys) == len(set(keys))


def test_a_risk_and_its_uncertainty():
    counted, of_limits, bare = read(
        ROW,
        ROW | {"events": "", "n": "", "risk": "0.11", "conf_low": "0.04", "conf_high": "0.21"},
        ROW | {"events": "", "n": "", "risk": "0.11"},
    )
    assert counted.value == 5 / 97
    assert counted.log_std_error == pytest.approx(math.sqrt(1 / 5 - 1 / 97))
    # by hand: log(0.21 / 0.04) / (2 x 1.96)
    assert of_limits.log_std_error == pytest.approx(0.42302, abs=1e-5)
    assert bare.log_std_error is None


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"points": "2"}, "either a group or a number of points"),
        ({"events": ""}, "neither a risk nor events and n"),
        ({"events": "98"}, "more events than patients"),
        ({"events": "", "n": "", "risk": "1.2"}, "outside 0 to 1"),
        ({"conf_low": "0.2", "conf_high": "0.3"}, "outside its limits"),
        ({"window": "day 60"}, "window"),
        ({"certainty": "M"}, "certainty"),
    ],
)
def test_an_impossible_row_is_told_with_its_line(change, words):
    with pytest.raises(UserErrors, match=f"(?s)expected.csv:2: .*{words}"):
        read(ROW | change)


@pytest.mark.parametrize(
    ("declared", "change", "words"),
    [
        ({}, {}, None),
        ({"against": "any"}, {}, None),
        ({"own": "A25"}, {}, "A25 is this study's own paper"),
        ({"against": "A26"}, {}, 'there is no published risk "A26"'),
        ({}, {"score": "simple_ht"}, "A25 has no risk by ht.points"),
        ({"endpoint": "early"}, {}, "A25 has no risk of early"),
        ({}, {"window": "0-60"}, "A25 counts days 0-60, this endpoint 31-100"),
        ({}, {"estimand": "incidence"}, "A25 has incidence, this endpoint proportion"),
        ({"endpoint": "os", "more": ", time: 365"},
         {"endpoint": "os", "window": "0-365", "estimand": "1 - KM"}, None),
        ({"endpoint": "nrm", "more": ", time: 365"},
         {"endpoint": "nrm", "window": "0-365", "estimand": "1 - KM"},
         "A25 has 1 - KM, this endpoint incidence"),
        ({"endpoint": "os", "more": ", time: 730"},
         {"endpoint": "os", "window": "0-365", "estimand": "1 - KM"},
         "A25 counts days 0-365, this endpoint 0-730"),
    ],
)  # fmt: skip
def test_only_the_same_risk_is_compared(declared, change, words):
    published, own = read(ROW | change), study(**declared)
    told = [said for _, said in expected_troubles(own, published, ENDPOINTS, VARIABLES)]
    fitting = expected_of(own, published, ENDPOINTS)
    if words is None:
        assert told == []
        assert fitting == {"risk": published}
    else:
        assert len(told) == 1
        assert words in told[0]
        assert fitting == {}
    # whichever fits: what does not is left out without a word
    every = study(**(declared | {"against": "any"}))
    assert list(expected_troubles(every, published, ENDPOINTS, VARIABLES)) == []
    if "A26" not in str(words):
        assert bool(expected_of(every, published, ENDPOINTS)) == (words is None)


def test_a_day_is_needed_with_a_time_and_only_then():
    def told(**declared):
        return [said for _, said in expected_troubles(study(**declared), (), ENDPOINTS, VARIABLES)]

    assert told(endpoint="os", against="any") == ["needs the day by which the event counts"]
    without = "only an endpoint with a time has a day by which it counts"
    assert told(more=", time: 60", against="any") == [without]
    assert told(marker="ht.group", against="any") == ["must be a number; ht.group is a category"]


def test_the_days_of_a_tables_column_are_said():
    endpoints = {"late": BINARY.model_copy(update={"days": None})}
    published = read(ROW)
    (said,) = [words for _, words in expected_troubles(study(), published, endpoints, VARIABLES)]
    assert "say them: window" in said
    own = study(more=", window: [31, 100]")
    assert expected_of(own, published, endpoints) == {"risk": published}
