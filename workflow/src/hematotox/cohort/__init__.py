"""Staged centres -> population, baseline, grades, endpoints."""

from hematotox.cohort.build import build
from hematotox.cohort.entry import enter

__all__ = ["build", "enter"]
