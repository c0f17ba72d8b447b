"""Drafts of centre files, new studies, and checks of both."""
