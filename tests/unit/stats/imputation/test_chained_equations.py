"""Properties of the imputer, and twenty cohorts whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from hematotox.stats import Incomplete, InvalidData, chained_equations, logistic, pool
from hematotox.stats.imputation.regression_draws import truncated_normal


def draw(variables, *, complete=None, centre=None, cycles=5, seed=1):
    n = variables[0].low.size
    return chained_equations(
        variables,
        complete=np.empty((n, 0)) if complete is None else complete,
        centre=np.zeros(n, dtype=int) if centre is None else centre,
        cycles=cycles,
        generator=np.random.default_rng(seed),
    )


def exact(values, n_levels=0):
    return Incomplete(values, values, n_levels)


@pytest.fixture
def correlated():
    generator = np.random.default_rng(5)
    x = generator.normal(size=200)
    y = x + generator.normal(size=200)
    return x, y


def test_known_values_stay_and_the_drawn_are_those_of_other_patients(correlated):
    x, y = correlated
    missing = np.arange(200) % 3 == 0
    (drawn,) = draw([exact(np.where(missing, np.nan, y))], complete=x[:, None])
    assert (drawn[~missing] == y[~missing]).all()
    assert np.isin(drawn[missing], y[~missing]).all()
    # donors are near in what predicts them: drawn at random the correlation would be 0
    assert np.corrcoef(drawn[missing], x[missing])[0, 1] > 0.4


def test_a_category_gets_one_of_its_levels_and_depends_on_its_predictor(correlated):
    x, _ = correlated
    level = np.digitize(x, [-0.5, 0.5]).astype(float)
    missing = np.arange(200) % 4 == 0
    (drawn,) = draw([exact(np.where(missing, np.nan, level), n_levels=3)], complete=x[:, None])
    assert set(drawn) <= {0.0, 1.0, 2.0}
    assert (drawn[missing] == level[missing]).mean() > 0.6  # at random one in three


def test_censored_values_are_drawn_inside_their_interval(correlated):
    x, y = correlated
    low, high = y.copy(), y.copy()
    below, above = y < -0.8, y > 1.5
    low[below], high[below] = -np.inf, -0.8
    low[above], high[above] = 1.5, np.inf
    low[:10] = high[:10] = np.nan
    (drawn,) = draw([Incomplete(low, high)], complete=x[:, None])
    assert (drawn[below] <= -0.8).sum() >= below.sum() - 10
    assert (drawn[10:][below[10:]] <= -0.8).all()
    assert (drawn[10:][above[10:]] >= 1.5).all()
    assert len(set(drawn[10:][below[10:]])) == below[10:].sum()  # drawn, not one value for all
    # the regression uses the censored values: without them the spread would be cut to 0.6
    assert 1.1 < drawn.std() < 1.7


def test_truncated_draws_far_in_a_tail_stay_inside():
    low, high = np.array([9.0, -np.inf, 40.0]), np.array([10.0, -30.0, np.inf])
    drawn = truncated_normal(np.zeros(3), 1.0, low, high, generator=np.random.default_rng(1))
    assert (drawn >= low).all()
    assert (drawn <= high).all()
    assert np.isfinite(drawn).all()


def test_the_seed_alone_decides(correlated):
    x, y = correlated
    variable = exact(np.where(x > 0.5, np.nan, y))
    one, same, other = (draw([variable], complete=x[:, None], seed=s)[0] for s in (1, 1, 2))
    assert (one == same).all()
    assert (one != other).any()


def test_an_item_that_a_whole_centre_lacks_is_drawn_from_the_spread_of_the_centres():
    generator = np.random.default_rng(3)
    centre = np.repeat(np.arange(12), 30)
    y = generator.normal(0, 2, 12)[centre] + generator.normal(0, 0.3, centre.size)
    y[centre == 11] = np.nan
    low, high = y.copy(), y.copy()
    low[0] = -np.inf  # a censored value: drawn by regression, so centres differ as they do
    means = []
    for seed in range(30):
        (drawn,) = draw([Incomplete(low, high)], centre=centre, seed=seed)
        means.append(drawn[centre == 11].mean())
    assert np.std(means) > 1  # a pooled mean in every imputation would be 0


def test_more_predictors_than_a_tenth_of_the_patients_do_not_break_it():
    generator = np.random.default_rng(2)
    x = generator.normal(size=(60, 40))
    y = x[:, 0] + generator.normal(0, 0.5, 60)
    y[:20] = np.nan
    low, high = y.copy(), y.copy()
    low[25] = -np.inf
    (drawn,) = draw([Incomplete(low, high)], complete=x)
    assert np.abs(drawn[:20]).max() < 6


def test_an_indicator_that_only_one_without_a_value_has_does_not_throw_her_out():
    generator = np.random.default_rng(2)
    y = generator.normal(size=300)
    y[:60], rare = np.nan, np.zeros((300, 1))
    rare[0] = 1.0
    low, high = y.copy(), y.copy()
    low[100] = -np.inf
    drawn = [draw([Incomplete(low, high)], complete=rare, seed=s)[0][0] for s in range(20)]
    assert np.abs(drawn).max() < 12


def test_a_variable_that_nobody_has_is_refused():
    with pytest.raises(InvalidData, match="no value at all"):
        draw([exact(np.full(5, np.nan))])


# --- twenty cohorts ---------------------------------------------------------------------------


def cohort(generator, n=300, n_centre=10):
    """Logarithms of two items, and an outcome that depends on their points."""
    centre = generator.integers(n_centre, size=n)
    general = generator.normal(size=n)
    ferritin = 6.5 + 0.8 * general + generator.normal(0, 0.3, n_centre)[centre]
    crp = 0.3 + 0.6 * general + generator.normal(size=n)
    chance = 1 / (1 + np.exp(1.3 - 1.2 * high(ferritin, crp)))
    return centre, ferritin, crp, (generator.random(n) < chance).astype(float)


def high(ferritin, crp):
    points = (ferritin > np.log(650)) * 1.0 + (ferritin > np.log(2000)) + (crp > np.log(3))
    return points >= 1


def estimate(ferritin, crp, event):
    model = logistic(outcome=event, covariates=high(ferritin, crp).astype(float))
    return model.estimate[1], model.std_error[1]


def test_twenty_cohorts_are_unbiased_and_covered():
    """Ferritin is missing by centre (38 %), CRP below 0.6 is censored.

    The log odds ratio of the cohorts is 1.2 by construction. Limits of 95% miss once in twenty;
    more than 4 of 20 would be a chance of 0.3%. The mean of twenty has a standard error of 0.06.
    """
    found = []
    for number in range(20):
        generator = np.random.default_rng([20, number])
        centre, ferritin, crp, event = cohort(generator)
        rate = np.clip(0.38 + generator.normal(0, 0.15, 10), 0.05, 0.9)
        without = generator.random(event.size) < rate[centre]
        censored = crp < np.log(0.6)
        variables = [
            exact(np.where(without, np.nan, ferritin)),
            Incomplete(np.where(censored, -np.inf, crp), np.where(censored, np.log(0.6), crp)),
        ]
        each = []
        for one in generator.spawn(10):
            values = chained_equations(
                variables, complete=event[:, None], centre=centre, cycles=5, generator=one
            )
            each.append(estimate(*values, event))
        values, errors = np.array(each).T
        pooled = pool(estimate=values, std_error=errors, df_complete=event.size - 2)
        found.append((pooled.estimate[0], pooled.conf_low[0], pooled.conf_high[0]))
    means, low, high_ = np.array(found).T
    assert abs(means.mean() - 1.2) < 0.2
    assert ((low <= 1.2) & (high_ >= 1.2)).sum() >= 16
