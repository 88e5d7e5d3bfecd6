"""Commands about how an incident is run."""
