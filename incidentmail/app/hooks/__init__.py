"""Call programs and chats of the organisation. Calls are recorded with the event, made in order, and retried."""
