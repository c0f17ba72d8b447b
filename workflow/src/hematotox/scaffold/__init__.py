"""Drafts of centre files and copies of studies: what a user would otherwise type."""

from hematotox.scaffold.centre_draft import draft_centre
from hematotox.scaffold.centre_file import write_centre_draft
from hematotox.scaffold.study_file import copy_study

__all__ = ["copy_study", "draft_centre", "write_centre_draft"]
