"""Retrospectives: written from the record and kept in files, planned, asked for, and recorded as held."""
