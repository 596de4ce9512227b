"""Requests and answers of plan's HTTP face."""
