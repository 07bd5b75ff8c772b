"""Sub-commands of `unspun`, a file for each thing that they are about; flows/cli.py joins them."""
