"""Write mails about alerts: the question whether one is an incident, and how it ended. Pure."""
