"""Call the organisation's programs and chat tools. Calls are recorded with the event, made in order, and retried."""
