"""Second opinions: the same estimates by other libraries."""
