"""A package, so that its fixtures of scope `package` end with it: the suite stops before another folder empties its databases."""
