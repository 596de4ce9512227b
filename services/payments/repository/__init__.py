"""SQL of payments: sets in, sets out."""
