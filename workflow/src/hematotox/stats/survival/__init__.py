"""Survival without competing events: curves, tests, Cox models, concordance."""
