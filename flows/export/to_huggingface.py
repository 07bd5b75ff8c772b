"""Tables as a dataset for Hugging Face: the store's own Parquet files, a configuration for each table, and a card."""

import os
from collections.abc import Callable
from pathlib import Path

from flows.export.card import CardFacts, card_data, card_text
from flows.export.parts import copy_parts
from flows.export.source import Source

_CARD = "README.md"
# What stands in the example for the dataset's name, which only who uploads it knows.
_PLACEHOLDER = "DIR"


def write_huggingface(source: Source, root: Path, *, advance: Callable[[int], None]) -> None:
    """Writes `data/<table>/month=…/part-….parquet` and `README.md` below a folder.

    `datasets.load_dataset(DIR, "articles")` reads it. Nothing is sent anywhere, now or by the library.
    """
    os.environ["HF_HUB_OFFLINE"] = "1"
    from huggingface_hub import DatasetCard, DatasetCardData  # noqa: PLC0415  # it looks at the variable when it is imported

    copy_parts(source, root / "data", advance=advance)
    facts = CardFacts(
        rows={table: source.rows(table) for table in source.tables},
        is_partitioned={table: parts[0].month is not None for table, parts in source.tables.items()},
        languages=sorted(source.values("articles", "language")) if "articles" in source.tables else (),
        snapshot=source.manifest.snapshot,
        schema_version=source.manifest.schema_version,
        raw_files=sum(entry.state == "read" for entry in source.manifest.raw.values()),
    )
    data = DatasetCardData(**card_data(facts))
    card = DatasetCard(f"---\n{data.to_yaml()}\n---\n\n{card_text(facts, folder=_PLACEHOLDER)}")
    card.save(root / _CARD)
