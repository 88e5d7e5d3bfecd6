"""Write the retrospective of an incident from its record: a report of the incident, and questions about it."""
