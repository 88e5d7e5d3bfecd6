"""Print text for people: lines of coloured words, wrapped to the width of a terminal, and plain in a pipe."""
