"""What interview prints: slips and forms, as content for shared.documents. Pure: no I/O."""
