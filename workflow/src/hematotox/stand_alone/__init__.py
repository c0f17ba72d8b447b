"""Grading and scoring of one table, or of one patient, without a study."""
