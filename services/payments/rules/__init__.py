"""The rules of money: pure functions of dated policy and of facts."""
