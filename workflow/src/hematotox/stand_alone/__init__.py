"""Grading and scoring of one table, or of one patient, without a study."""

from hematotox.stand_alone.bedside import score_at_bedside
from hematotox.stand_alone.grade_table import GradeRequest, grade_table
from hematotox.stand_alone.score_table import ScoreRequest, score_table

__all__ = ["GradeRequest", "ScoreRequest", "grade_table", "score_at_bedside", "score_table"]
