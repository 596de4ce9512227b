"""Papers: what is signed and printed for people to take away."""
