"""Compare people's names, in whatever letters they are written, and split a line that contains several names."""
