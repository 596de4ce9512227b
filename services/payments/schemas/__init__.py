"""Requests and answers of payments' HTTP. Money is integers of satang, months are `YYYY-MM`."""
