"""Every method that a study may declare: one module a method, its model and its facts."""
