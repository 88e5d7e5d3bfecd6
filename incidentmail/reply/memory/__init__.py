"""Recognise text from earlier messages of the incident, so that its commands are not carried out again."""
