"""Run `incidentmail serve`: listeners, group commit, workers, reminders, log and metrics."""
