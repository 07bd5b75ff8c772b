"""Markup → its posts, the blocks of their bodies, and all the rest of the page as lines."""
