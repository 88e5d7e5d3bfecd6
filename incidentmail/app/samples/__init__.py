"""Write a sample of each kind of message, about an invented incident, to check and preview templates."""
