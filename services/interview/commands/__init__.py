"""What interview does: one function a use case. None commits; each gets who acts and when as an argument."""
