"""Print text for people: coloured and wrapped to the width of a terminal, but plain in a pipe."""
