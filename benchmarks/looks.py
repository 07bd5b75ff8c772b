"""What one look of `unspun watch` costs: CPU-ms for a folder of so many small files, each of them listed and none opened."""

import argparse
import resource
import statistics
import tempfile
import time
from pathlib import Path

from flows.looks import Place

_IN_A_FOLDER = 100
_LOOKS = 5


def main() -> None:
    """Makes the files, looks at them several times, and prints the median."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    wanted = parser.parse_args().files
    with tempfile.TemporaryDirectory() as folder:
        for number in range(wanted):
            site = Path(folder) / f"site-{number // _IN_A_FOLDER:05}"
            site.mkdir(exist_ok=True)
            (site / f"page-{number:07}.html").write_text("<p>One line.</p>", encoding="utf-8")
        place = Place(folder, store=Path(folder) / "no-store", store_address=None)
        spent = []
        for _ in range(_LOOKS):
            before = time.process_time()
            look = place.look()
            spent.append((time.process_time() - before) * 1000)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{look.files} files: {statistics.median(spent):.0f} CPU-ms a look, {peak:.0f} MiB peak")


if __name__ == "__main__":
    main()
