"""Changes that a program can carry out: what a request asks for is said as steps, and the result is computed."""
