"""Who is told what in private, and up to which limits: messages to one person, alarms to the operator."""
