"""The paper forms of docs/measure.md 6: their definitions as data, and of what was answered that which the code reads, typed."""
