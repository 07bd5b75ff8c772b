"""What a run makes of all parses together: notes of each, what the corpus tells, rows, and the files of the tables."""
