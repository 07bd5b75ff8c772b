"""Entities: found in a text, then made one for a document."""
