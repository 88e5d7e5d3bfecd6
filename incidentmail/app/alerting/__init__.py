"""Turn alerts into proposals: process alerts, ask people, and carry out their answers."""
