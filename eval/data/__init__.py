"""The data's own report: is what a run made fit to train on? What is bad is said first, with links to the pairs."""
