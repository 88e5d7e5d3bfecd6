"""Which names look alike, whatever letters they are written with."""
