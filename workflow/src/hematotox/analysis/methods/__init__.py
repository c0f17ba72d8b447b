"""One module a method: a declared analysis -> rows of the estimates table."""
