"""What payments prints, as content for shared.documents. Pure: no I/O."""
