"""Names of people: which look alike, whatever letters they are written with, and several in one line."""
