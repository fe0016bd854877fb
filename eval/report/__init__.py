"""`python -m eval report FOLDER…`: the paper's tables and figures with the user's models beside what was published."""
