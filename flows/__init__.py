"""What does: everything that touches a file, a clock, the environment, the terminal or Prefect."""
