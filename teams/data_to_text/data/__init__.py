"""Data of this skill: the model, the sheet writers read, dresses, reading back, plans, changes."""
