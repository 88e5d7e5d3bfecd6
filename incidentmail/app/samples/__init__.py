"""Write one message of each kind, about an invented incident, to check and to preview templates."""
