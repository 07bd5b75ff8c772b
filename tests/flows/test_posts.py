"""A post is found by what a person types: a name, its end, the path of the raw file, or an id."""

from collections.abc import Callable
from pathlib import Path

import pytest

from flows.build import Outcome
from flows.catalog import show_post
from flows.paths import paths_for
from transforms.errors import FixSettingsError

Run = Callable[..., Outcome]


@pytest.fixture
def deep(raw: Path, page: Callable[..., str]) -> Path:
    """The raw folder, with two pages of one name in folders below, and a copy under another name."""
    for folder, tag in (("east", "OST"), ("west", "VEST")):
        (raw / folder).mkdir()
        (raw / folder / "pier.txt").write_text(page(tag, days=5), encoding="utf-8")
    (raw / "west" / "quay.txt").write_text(page("QUAY", days=7), encoding="utf-8")
    (raw / "west" / "wharf.txt").write_text(page("QUAY", days=7), encoding="utf-8")
    return raw


def test_a_post_is_found_by_the_end_of_its_path_or_a_path_that_ends_so(
    deep: Path, store: Path, run_build: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file's own name, its folder and name, its real path, and the name of a copy lead to the same post."""
    run_build(deep)
    for given, shown in [
        ("quay.txt", "west/quay.txt"),
        ("./west/quay.txt", "west/quay.txt"),
        (str(deep / "west" / "quay.txt"), "west/quay.txt"),
        ("wharf.txt", "west/quay.txt"),
        ("east/pier.txt", "east/pier.txt"),
        ("karst.txt", "karst.txt"),
    ]:
        show_post(paths_for(store), f"{given}:1")
        assert capsys.readouterr().out.startswith(f"{shown}:1\n")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("pier.txt:2", r"did you mean east/pier\.txt:2 or west/pier\.txt:2\?"),
        ("quai.txt:1", r"did you mean west/quay\.txt:1"),
        ("uay.txt:1", r"uay\.txt is no raw file of the store"),
        ("never-there.md:1", r"the table sightings lists what is"),
        ("quay.txt:3", r"west/quay\.txt has no post 3: it has posts 1–2\."),
        ("quay.txt:99999999999999999999", r"it has posts 1–2\."),
        ("blank.txt:1", r"blank\.txt is no raw file"),
        ("quay.txt", r"names no post"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(
    deep: Path, store: Path, run_build: Run, given: str, said: str
) -> None:
    """A name that several files have, one that is nearly right, and a number that is not there get a hint."""
    (deep / "blank.txt").write_text("\n", encoding="utf-8")
    run_build(deep)
    with pytest.raises(FixSettingsError, match=said):
        show_post(paths_for(store), given)
