"""The same estimates by other people's libraries."""
