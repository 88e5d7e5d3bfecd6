"""Work on the record as a whole: compare it with sent messages, back it up, rebuild it, and find out who leads."""
