"""The paper forms of docs/measure.md 6 as values: annex 2 (wish), annex 3 (interview and menu), follow-up. Parsed at the edge, kept as parsed."""
