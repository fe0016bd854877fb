"""`python -m eval compare A B`: two models over the same items, or two data sets from the same seeds."""
