"""Handle mail from monitoring systems: who may send it, what it reports, and which mails belong together. Pure."""
