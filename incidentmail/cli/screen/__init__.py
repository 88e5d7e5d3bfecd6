"""What people read at a terminal: lines of coloured words, wrapped to its width, and plain in a pipe."""
