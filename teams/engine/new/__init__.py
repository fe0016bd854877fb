"""A skill of one's own: its plan, a plain starter or drafted by agents from a sentence, printed as files to edit."""
