"""Mails of monitoring systems, and the answers of people who were asked about them."""
