"""The checks of the command `doctor`. Each module makes one kind of check and yields its findings."""
