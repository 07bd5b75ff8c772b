"""The runners, a file for each."""
