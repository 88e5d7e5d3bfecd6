"""Mail of calendars: what one answers to an invitation."""
