"""The skills: each module here is one. `teams.engine` is how any of them runs."""
