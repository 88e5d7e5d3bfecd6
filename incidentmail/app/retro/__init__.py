"""Retrospectives: written from the record and kept in files, planned, requested, and recorded as held."""
