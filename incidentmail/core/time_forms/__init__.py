"""Parse times as people write them: durations, times of day, days and zones."""
