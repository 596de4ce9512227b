"""Files that people send: CSV in UTF-8 or TIS-620, packed or not, workbooks, JSON lines; looked at, made plain, read by lines."""
