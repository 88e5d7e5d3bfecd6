"""Names of people: which look alike, in whatever letters they are written, and how to split a line with several."""
