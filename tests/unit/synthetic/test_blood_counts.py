"""Blood counts show the grade that was chosen, by rules written here and again in `cohort`."""

import itertools

import numpy as np
import pytest

from hematotox.synthetic.draws import generator
from hematotox.synthetic.neutrophils import draw_neutrophils, draw_run
from hematotox.synthetic.other_values import draw_hemoglobin, draw_platelets
from hematotox.synthetic.visits import draw_schedule

SEEDS = range(25)


def course(early, late, seed, last_day=400):
    rng = generator(seed, f"course {early} {late}")
    run = draw_run(early, last_day, rng=rng)
    schedule = draw_schedule(run, last_day, lymphodepletion=-5, late_evaluable=late != "", rng=rng)
    anc = draw_neutrophils(schedule, run=run, late_grade=late, baseline=2.4, rng=rng)
    return dict(zip(schedule.days.tolist(), anc.tolist(), strict=True)), schedule, rng


def longest_run(anc, limit):
    """Longest run of measured days at or below the limit, day by day, nothing joined or filled."""
    longest = current = 0
    for day in range(31):
        current = current + 1 if anc.get(day, np.inf) <= limit else 0
        longest = max(longest, current)
    return longest


def pair_grade(anc):
    """Late grade: of two consecutive measured days the higher; the lowest of these grades."""
    values = [anc[day] for day in sorted(anc) if 31 <= day <= 100]
    lowest = min(max(pair) for pair in itertools.pairwise(values))
    return sum(lowest <= limit for limit in (1.5, 1.0, 0.5, 0.1))


@pytest.mark.parametrize(
    ("grade", "days_500", "days_100"),
    [
        ("0", (0, 0), (0, 0)),
        ("1", (1, 6), (0, 6)),
        ("2", (7, 13), (0, 6)),
        ("3", (14, 30), (0, 13)),
        ("4", (14, 30), (14, 30)),
    ],
)
def test_the_early_course_shows_its_grade(grade, days_500, days_100):
    for seed in SEEDS:
        anc, _, _ = course(grade, "0", seed)
        assert days_500[0] <= longest_run(anc, 0.5) <= days_500[1]
        assert days_100[0] <= longest_run(anc, 0.1) <= days_100[1]


@pytest.mark.parametrize("grade", ["1", "2", "3", "4"])
def test_daily_values_surround_the_early_run(grade):
    """Nothing is left to interpolation: days before, in and up to three after it are measured."""
    for seed in SEEDS:
        anc, _, _ = course(grade, "0", seed)
        low = [day for day in range(31) if anc.get(day, np.inf) <= 0.5]
        assert low == list(range(low[0], low[-1] + 1))
        for day in range(low[0] - 1, min(low[-1] + 3, 30) + 1):
            assert day in anc
            assert (anc[day] <= 0.5) == (low[0] <= day <= low[-1])


@pytest.mark.parametrize("grade", ["0", "1", "2", "3", "4"])
@pytest.mark.parametrize("last_day", [50, 61, 100, 400])
def test_the_late_course_shows_its_grade(grade, last_day):
    for seed in SEEDS:
        anc, _, _ = course("1", grade, seed, last_day=last_day)
        assert pair_grade(anc) == int(grade)
        assert max(anc) <= last_day


def test_a_late_course_that_cannot_be_graded_has_at_most_one_visit():
    for seed in SEEDS:
        anc, _, _ = course("1", "", seed)
        assert sum(31 <= day <= 100 for day in anc) <= 1


@pytest.mark.parametrize("low_late", [True, False])
def test_late_thrombocytopenia_and_anaemia_by_the_pair_rule(low_late):
    for seed in SEEDS:
        _, schedule, rng = course("0", "0", seed)
        for draw, baseline, limit in ((draw_platelets, 60.0, 50), (draw_hemoglobin, 8.3, 8)):
            values = draw(schedule, low_late=low_late, baseline=baseline, rng=rng)
            late = values[schedule.late]
            pairs = [max(pair) for pair in itertools.pairwise(late)]
            assert (min(pairs) < limit) == low_late


def test_the_value_before_lymphodepletion_is_the_drawn_one():
    for seed in SEEDS:
        anc, schedule, _ = course("2", "1", seed)
        assert anc[schedule.baseline] == 2.4
        assert schedule.baseline <= schedule.lymphodepletion
        assert not any(schedule.baseline < day <= schedule.lymphodepletion for day in schedule.days)
