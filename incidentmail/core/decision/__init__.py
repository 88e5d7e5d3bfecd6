"""From a command and a state to events, or why not. Pure."""
