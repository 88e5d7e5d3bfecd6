"""The checks of the command `doctor`: one module for each kind of check, which returns its findings."""
