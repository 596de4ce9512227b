"""Payments owns money: policy, entitlements, monthly runs, what banks answered, and the ledger."""
