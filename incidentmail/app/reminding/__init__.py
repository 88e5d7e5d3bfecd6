"""Do what is due at the present time, and send reminders and digests, within a limit for each person."""
