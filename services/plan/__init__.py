"""The plan service: the catalogue of programmes, each person's plan, and what agencies made of it."""
