"""Commands about retrospectives: written from the record, planned, and recorded as held."""
