"""People: their names, addresses and mailboxes, and names that look like others."""
