"""What was answered 250 is ours for ever: killed processes, power cuts, broken and full disks, all on loopback."""
