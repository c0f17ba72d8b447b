"""A plan as it is written: families, `like`, sets; and how the plan is made from it."""
