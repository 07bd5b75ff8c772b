"""Every run of the tests tries the same examples; `make fuzz` tries new ones."""

import os

from hypothesis import settings

settings.register_profile("repeatable", derandomize=True)
if "UNSPUN_FUZZ_EXAMPLES" not in os.environ:
    settings.load_profile("repeatable")
