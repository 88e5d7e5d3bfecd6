"""Process incoming mail: accept it, parse it, find its incident, judge it, and answer it."""
