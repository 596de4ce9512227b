"""What plan does: one function per use case. None commits; time and caller come as arguments."""
