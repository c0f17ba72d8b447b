"""A study's manuscript: the author's words with their numbers, all tables, legends, references."""
