"""Consents: the catalogue of purposes and notices, which statement counts, and the receipt that a person takes home. Pure."""
