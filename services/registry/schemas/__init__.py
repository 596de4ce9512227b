"""Requests and answers of the registry's routes, by what they are about."""
