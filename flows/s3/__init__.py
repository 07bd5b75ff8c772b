"""Stores and raw files on S3: an outer layer around the local build, which knows nothing of it."""
