"""Requests and answers of interview's HTTP face."""
