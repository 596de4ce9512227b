"""Reporting's routes."""
