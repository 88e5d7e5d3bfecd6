"""One mail of each kind, of an invented incident: to check and to preview templates."""
