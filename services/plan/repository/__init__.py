"""SQL, set-based: many in, many out."""
