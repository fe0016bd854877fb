"""Going a way again: replay what a run keeps, branch off it with other words, keep one of the two, forget a seed."""
