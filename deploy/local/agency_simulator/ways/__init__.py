"""The ways in which agencies are connected."""
