"""The tables of one snapshot in another form: CSV, JSON Lines, SQLite, Delta Lake, a dataset for Hugging Face."""
