"""What payments does: one function a use case. None commits."""
