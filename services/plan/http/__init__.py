"""Plan's HTTP face, by noun."""
