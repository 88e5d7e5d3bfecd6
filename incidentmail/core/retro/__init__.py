"""The retrospective of an incident: who sees to it, when it takes place, who comes, and that it was held."""
