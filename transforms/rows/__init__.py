"""Rows of the tables: those of an article, and those of a document."""
