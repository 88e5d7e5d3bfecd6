"""Commands about the record itself: verify, back up, export, search, migrate, rebuild, promote."""
