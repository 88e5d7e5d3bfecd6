"""Commands about drills."""
