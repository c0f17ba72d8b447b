"""Staged centres -> population, baseline, grades, endpoints."""

from hematotox.cohort.build import build
from hematotox.cohort.entry import enter
from hematotox.cohort.patient_records import neutrophil_courses, patient_records

__all__ = ["build", "enter", "neutrophil_courses", "patient_records"]
