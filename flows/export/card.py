"""The dataset card of an export for Hugging Face: what it says of itself to machines (YAML) and to people (Markdown)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import Any

from transforms.dictionary import describe_table
from transforms.schemas import TABLES

# https://huggingface.co/docs/hub/datasets-cards: from this many rows on.
_SIZES = (
    (10**12, "n>1T"),
    (10**11, "100B<n<1T"),
    (10**10, "10B<n<100B"),
    (10**9, "1B<n<10B"),
    (10**8, "100M<n<1B"),
    (10**7, "10M<n<100M"),
    (10**6, "1M<n<10M"),
    (10**5, "100K<n<1M"),
    (10**4, "10K<n<100K"),
    (10**3, "1K<n<10K"),
    (0, "n<1K"),
)
_TITLE = "Autoblog articles with their AI rewrites"
_ABOUT = """
Autoblogs copy news articles, have a language model write a rewrite under each, and add tags. These tables are made out of
scrapes of such sites by unspun: the copied articles with the boilerplate out, the rewrites, tags, entities, and for each row
where it stood.
"""
_USE = """
Each table is a configuration with one split, `train`:

```python
from datasets import load_dataset

{table} = load_dataset("{folder}", "{table}", split="train")
```

The files are Parquet and lie by month (`data/<table>/month=2025-01/`), so that every reader of Parquet can take them as they are. `month` is the
month of the article's `published_at`, else of its `scraped_at`, else `unknown`; it is in the path only. `boilerplate` has no months. A table
without rows has no configuration.
"""
_MADE = """
Nobody was asked to annotate anything: blocks are labelled, articles told from rewrites, and publishers, dates, languages, tags, entities and
near duplicates found by rules and small models. `publisher_evidence` and `date_evidence` say what told a value; `sightings` and `lines` lead
every row back to the line of the raw file that it stood in, and `raw_sha256` names that file's bytes. `unspun.json` has the digest of
every file here, which are those of the store, byte for byte.
"""
_LIMITS = """
- The rewrites are a language model's and can say what is not so. *Unsupported* says only that the article does not have it.
- Methods err: an article can hold a line too many or too few, a publisher or a date can be missing. Null means unknown; a column that is null
  throughout has no method yet in the version that made it.
- Language and entities are told best in English, and less well elsewhere.
- It is no sample of the news: it is what some sites copied, and what of that was scraped.
- The texts name real people. What is said of them is what the sites said.
"""
_LICENCE = """
The articles are the works of others, named in `publisher` and `author` where that is known, and the rewrites are derived from them: no licence to the texts is
given here, and whoever passes them on must see what they may do. What is unspun's own is the arrangement of the tables.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardFacts:
    """What a card tells of its dataset.

    Args:
        rows: Of each table, in the order of the contract.
        is_partitioned: Of each table, whether it lies by month.
        languages: Codes of the articles' languages, sorted.
        snapshot: Of which snapshot it is.
        schema_version: Of its tables.
        raw_files: How many raw files it was read out of.
    """

    rows: Mapping[str, int]
    is_partitioned: Mapping[str, bool]
    languages: Sequence[str]
    snapshot: int
    schema_version: str
    raw_files: int


def card_data(facts: CardFacts) -> dict[str, Any]:
    """The card's YAML as values."""
    main = _main(facts)
    return {
        "pretty_name": _TITLE,
        "license": "other",
        "license_name": "works-of-others",
        "language": list(facts.languages) or None,
        "size_categories": [next(name for least, name in _SIZES if facts.rows[main] >= least)],
        "tags": ["news", "autoblogs", "ai-generated-text", "provenance", "parquet"],
        "configs": [
            {
                "config_name": table,
                **({"default": True} if table == main else {}),
                "data_files": [
                    {"split": "train", "path": _pattern(table, is_partitioned=facts.is_partitioned[table])}
                ],
            }
            # datasets cannot load a file without rows.
            for table, count in facts.rows.items()
            if count
        ],
    }


def card_text(facts: CardFacts, *, folder: str) -> str:
    """The card's Markdown.

    Args:
        facts: What it tells.
        folder: The dataset's name, for the example.
    """
    rows = "".join(
        f"| {table} | {count:,} | {cleandoc(TABLES[table].__doc__ or '') if table in TABLES else ''} |\n"
        for table, count in facts.rows.items()
    )
    columns = "\n".join(f"#{describe_table(table)}" for table in facts.rows if table in TABLES)
    parts = [
        f"# {_TITLE}",
        _ABOUT,
        f"Snapshot {facts.snapshot}, tables of version {facts.schema_version}, out of {facts.raw_files:,} raw files.",
        "## The tables",
        f"| table | rows | one row |\n|---|---:|---|\n{rows}",
        _USE.format(table=_main(facts), folder=folder),
        "## How it was made",
        _MADE,
        "## Limits",
        _LIMITS,
        "## Licence",
        _LICENCE,
        "## Columns",
        "A “?” after a type says that the value may be missing; **bold** columns are the key.",
        columns,
    ]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def _main(facts: CardFacts) -> str:
    """What most people want: the articles, else the first table that has rows."""
    return max(facts.rows, key=lambda table: (facts.rows[table] > 0, table == "articles"))


def _pattern(table: str, *, is_partitioned: bool) -> str:
    return f"data/{table}/*/*.parquet" if is_partitioned else f"data/{table}/*.parquet"
