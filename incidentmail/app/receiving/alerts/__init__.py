"""Process mail from monitoring systems, and the answers of people who were asked about alerts."""
