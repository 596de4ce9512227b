"""The HTTP of payments, by noun."""
