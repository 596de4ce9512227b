"""What interview answers: lists by keyset, and single things. Reach is in every WHERE."""
