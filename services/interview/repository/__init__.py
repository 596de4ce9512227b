"""SQL of interview: many in, many out. Who locks several people does so in the order of their ids."""
