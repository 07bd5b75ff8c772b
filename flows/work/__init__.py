"""Batches of work: what a worker is given and what it gives, and the processes that do it. A batch can be done again: it gives the same."""
