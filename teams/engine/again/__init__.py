"""Going a way again: replay what is kept of a run, branch off it with other words, keep one of the two, forget a seed."""
