"""What figures of curves share: panels, marks, keys, tests and the steps that are drawn."""
