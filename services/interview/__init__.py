"""interview: what was asked, wished and decided, and whose case it is."""
