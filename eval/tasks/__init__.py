"""One benchmark a file, and its miniature under `miniature/`: a file's name is its registration."""
