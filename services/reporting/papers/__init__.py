"""Reports as files that people read: workbooks and papers."""
