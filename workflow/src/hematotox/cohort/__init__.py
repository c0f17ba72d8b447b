"""Staged centres -> population, baseline, grades, endpoints."""

from hematotox.cohort.build import build
from hematotox.cohort.entry import enter
from hematotox.cohort.patient_records import neutrophil_courses, patient_records
from hematotox.cohort.population import stop_without_patients

__all__ = ["build", "enter", "neutrophil_courses", "patient_records", "stop_without_patients"]
