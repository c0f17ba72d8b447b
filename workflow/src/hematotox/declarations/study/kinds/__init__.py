"""Every table and figure that a study may declare: one module a kind."""
