"""The rules of interview: pure functions, one rule a module; dated parameters come with the policy from payments."""
