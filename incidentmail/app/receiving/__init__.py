"""Mail that comes in: accepted, read, matched to its incident, judged, answered."""
