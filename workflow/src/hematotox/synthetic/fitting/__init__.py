"""The simulator's assumptions, fitted to printed numbers."""
