"""Check that what was answered 250 is never lost: killed processes, power cuts, broken and full disks, on loopback."""
