"""Posting to programs of the organisation over HTTP, with limits. It knows neither hooks nor incidents."""
