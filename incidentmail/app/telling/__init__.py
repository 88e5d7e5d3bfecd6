"""Who is told what in private, within which limits: mails to one person, alarms to the operator."""
