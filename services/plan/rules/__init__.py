"""The rules of plan: pure functions and, beside them, their data with its sources."""
