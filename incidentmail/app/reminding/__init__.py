"""Act on the passing of time, and send reminders and digests, within a limit for each person."""
