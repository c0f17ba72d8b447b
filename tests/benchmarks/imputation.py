"""Bias and coverage of multiple imputation in cohorts whose truth is known; prints the table.

    python tests/benchmarks/imputation.py 1000

Cohorts of 628 patients of 21 centres, as CART-SIE. Ferritin is missing in 38 %, more in some
centres than in others; platelets and the outcome are missing together, by age and platelets; CRP
below 0.6 mg/dL is known only to lie below. The estimand is the log odds ratio of the high-risk
group, its truth that of a cohort of a million. The seeds are fixed: a cohort's number is its seed.
"""

import sys

import numpy as np

from hematotox.stats import Incomplete, chained_equations, logistic, pool

N, CENTRES, M, CYCLES, Z = 628, 21, 20, 10, 1.959963984540054
FERRITIN, CRP, PLATELETS = np.log([650.0, 2000.0]), np.log(3.0), np.log(175.0)
OUTCOMES = {"32% with the event": -1.35, "3% with the event, no target": -4.1}
"""Outcome and the intercept of its logistic model."""


def high(ferritin, crp, platelets):
    """Return 1 for two points or more."""
    points = (ferritin > FERRITIN[0]) * 1 + (ferritin > FERRITIN[1]) + (crp > CRP)
    return (points + (platelets < PLATELETS) >= 2).astype(float)


def cohort(generator, n, intercept):
    """Return centre, logarithms of ferritin, CRP and platelets, age, outcome."""
    of_centre = np.random.default_rng(1).normal(0, 0.3, CENTRES)  # the same in every cohort
    centre = generator.integers(CENTRES, size=n)
    general = generator.normal(size=n)
    ferritin = 6.5 + 0.8 * general + of_centre[centre]
    crp = 0.3 + 0.6 * general + generator.normal(size=n)
    platelets = 5.2 - 0.4 * general + generator.normal(0, 0.5, n)
    age = generator.normal(size=n)
    odds = intercept + 1.1 * high(ferritin, crp, platelets) + 0.2 * age + 0.3 * general
    outcome = (generator.random(n) < 1 / (1 + np.exp(-odds))).astype(float)
    return centre, ferritin, crp, platelets, age, outcome


def estimate(group, outcome):
    """Return the log odds ratio and its standard error."""
    model = logistic(outcome=outcome, covariates=group)
    return float(model.estimate[1]), float(model.std_error[1])


def one_cohort(seed, intercept):
    """Return estimate, standard error and half width of the limits under each way."""
    generator = np.random.default_rng([2026, seed])
    centre, ferritin, crp, platelets, age, outcome = cohort(generator, N, intercept)
    rate = np.clip(0.38 + generator.normal(0, 0.2, CENTRES), 0.05, 0.9)
    no_ferritin = generator.random(N) < rate[centre]
    both = generator.random(N) < 1 / (1 + np.exp(2.5 - 0.5 * age + 0.4 * (platelets - 5)))
    low, limit = crp < np.log(0.6), np.log(0.6)
    group = high(ferritin, crp, platelets)
    found = {}
    for way, kept in (
        ("all data", np.ones(N, dtype=bool)),
        ("complete case", ~no_ferritin & ~both),
    ):
        value, error = estimate(group[kept], outcome[kept])
        found[way] = (value, error, Z * error)
    columns = [np.where(no_ferritin, np.nan, ferritin), np.where(both, np.nan, platelets)]
    variables = [Incomplete(one, one) for one in columns]
    variables.append(Incomplete(np.where(low, -np.inf, crp), np.where(low, limit, crp)))
    known = np.where(both, np.nan, outcome)
    variables.append(Incomplete(known, known, n_levels=2))
    each = []
    for one in generator.spawn(M):
        drawn = chained_equations(
            variables, complete=age[:, None], centre=centre, cycles=CYCLES, generator=one
        )
        imputed = high(drawn[0], drawn[2], drawn[1])
        each.append(estimate(imputed[~both], outcome[~both]))  # imputed outcomes are left out
    values, errors = np.array(each).T
    pooled = pool(estimate=values, std_error=errors, df_complete=float((~both).sum() - 2))
    half = float(pooled.conf_high[0] - pooled.estimate[0])
    found["imputation"] = (float(pooled.estimate[0]), float(pooled.std_error[0]), half)
    return found


def main(count):
    """Print a line a way of analysis for each outcome."""
    print("| outcome | analysis | bias (its SE) | SE of estimates | mean SE | coverage |")
    print("|---|---|---|---|---|---|")
    for outcome, intercept in OUTCOMES.items():
        whole = cohort(np.random.default_rng(0), 1_000_000, intercept)
        truth = estimate(high(*whole[1:4]), whole[5])[0]
        cohorts = [one_cohort(seed, intercept) for seed in range(count)]
        for way in ("all data", "complete case", "imputation"):
            value, error, half = np.array([one[way] for one in cohorts]).T
            bias, spread = value.mean() - truth, value.std(ddof=1)
            covered = (np.abs(value - truth) <= half).mean()
            print(
                f"| {outcome} | {way} | {bias:+.3f} ({spread / count**0.5:.3f}) | {spread:.3f} "
                f"| {error.mean():.3f} | {covered:.1%} |",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50)
