"""What time brings to plan, and work that takes long."""
