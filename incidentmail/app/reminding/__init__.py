"""Do what the clock makes due in an incident, and tell people what is due or was kept for them, within a budget."""
