"""The checks that `doctor` makes. Each module makes one kind of check and yields its findings."""
