"""What stood in earlier mails of the incident, so that it changes nothing again."""
