"""What becomes due while an incident is running: updates, deadlines, offers of roles, and reminders."""
