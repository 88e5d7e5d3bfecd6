"""Handle mail from monitoring systems: who may send it, what it reports, and which messages belong together. Pure."""
