"""A study's plan: what it is, how it is made from what is written, how it is checked."""
