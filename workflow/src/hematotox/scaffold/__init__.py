"""Drafts of centre files, copies of studies, and checks of both."""
