"""A store that a run made of invented scrapes, to look at and to damage."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TEXT = """Tag: KARST

  • Ferry over the Olm stops for nine days | Travel


    The ferry over the Olm stops on Monday for nine days, the harbour office of Karst said. Its engine
    needs a part that has to come from abroad, and nobody else on the coast has a boat of that size.

    Sign up for our newsletter and never miss a story

    People who work on the far bank will have to take the long way over the old bridge at Velm, which is
    forty minutes by car and does not have a lane for bicycles.



    The harbour office of Karst has announced that the ferry over the Olm will not sail from Monday. The
    pause will last nine days, according to the office.

    Tags:

    1. Karst
    2. Olm

    #Karst #Olm


  • A post of a title alone
"""
ITEM = """<item><title>{title}</title><link>https://copies.example/{number}</link><pubDate>{day}</pubDate>
<description>{text}</description></item>"""
GARDEN = (
    "<p>The school in Velm opened its garden to the street on Friday after three years of work. Parents had carried the earth "
    "there in buckets, and the first beans are already standing as high as the fence.</p><p>Sign up for our newsletter and never "
    "miss a story</p><p>A second garden behind the gymnasium is to follow next spring, if the town council agrees{more}.</p>"
)
TUNNEL = (
    "<p>The tunnel under the Brack was closed on Tuesday night because water had come in through a seam. Engineers of the railway "
    "pumped until the morning, and trains to Ostra went over the pass.</p><p>Photo: Ida Marsh</p><p>Nobody was hurt.</p>"
)


def feed(*items: tuple[str, str, str]) -> str:
    """An invented feed: title, day and markup of each item."""
    told = "".join(
        ITEM.format(title=title, number=number, day=day, text=text.replace("<", "&lt;"))
        for number, (title, day, text) in enumerate(items)
    )
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Velm</title><link>https://copies.example/</link>{told}</channel></rss>'


def run(raw: Path, store: Path) -> None:
    """A run in its own process."""
    command = [sys.executable, "-m", "flows.cli", "run", str(raw), "--store", str(store), "--json"]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of three months, with a near-duplicate, a repeated post, a bare link, removed lines and summaries."""
    folder = tmp_path_factory.mktemp("verify")
    raw = folder / "raw"
    (raw / "2025-03-09").mkdir(parents=True)
    (raw / "karst.txt").write_text(TEXT, encoding="utf-8")
    (raw / "2025-03-09" / "karst.txt").write_text(TEXT.replace("nine", "ten"), encoding="utf-8")
    garden = GARDEN.format(more="")
    (raw / "velm.rss").write_text(
        feed(
            ("School in Velm opens its garden", "Fri, 10 Jan 2025 09:00:00 GMT", garden),
            (
                "School in Velm opens its garden",
                "Fri, 10 Jan 2025 09:00:00 GMT",
                GARDEN.format(more=" to it"),
            ),
            ("Water in the tunnel under the Brack", "Wed, 04 Dec 2024 07:30:00 GMT", TUNNEL),
            ("School in Velm opens its garden", "Fri, 10 Jan 2025 09:00:00 GMT", garden),
        ),
        encoding="utf-8",
    )
    store = folder / "store"
    run(raw, store)
    return store


@pytest.fixture(scope="session")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of which summaries, tags and boilerplate have no row."""
    folder = tmp_path_factory.mktemp("bare")
    (folder / "pier.txt").write_text("  • Pier at Velm\n\n\n    The pier at Velm is new.\n", encoding="utf-8")
    run(folder / "pier.txt", folder / "store")
    return folder / "store"


@pytest.fixture
def store(sound: Path, tmp_path: Path) -> Path:
    """A copy of it to damage."""
    copied = Path(shutil.copytree(sound, tmp_path / "store"))
    for path in copied.rglob("*.parquet"):
        # A run takes the right to write away from what is published.
        path.chmod(0o644)
    return copied
