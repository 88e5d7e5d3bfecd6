"""Commands about incoming and outgoing mail."""
