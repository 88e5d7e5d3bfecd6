"""Do what the clock makes due, and send reminders and digests, within a limit for each person."""
