"""A swap leaves the old folder or the new one, by either way."""

import ctypes
import errno
from pathlib import Path

import pytest

from flows import exchange


def _folders(tmp_path: Path) -> tuple[Path, Path, Path]:
    new, old = tmp_path / "new", tmp_path / "old"
    for folder in (new, old):
        folder.mkdir()
        (folder / "file").write_text(folder.name, encoding="utf-8")
    return new, old, tmp_path / "aside"


@pytest.mark.parametrize("is_exchange", [True, False])
def test_the_new_folder_stands_where_the_old_one_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_exchange: bool
) -> None:
    """One step or two, the outcome is the same."""
    if not is_exchange:
        monkeypatch.setattr(exchange, "_exchanger", lambda: None)
    new, old, aside = _folders(tmp_path)
    exchange.swap_in(new, old=old, aside=aside)
    assert (old / "file").read_text(encoding="utf-8") == "new"
    assert (aside / "file").read_text(encoding="utf-8") == "old"
    assert not new.exists()


def test_the_kernel_exchanges_here(tmp_path: Path) -> None:
    """On Linux and macOS the swap is one step, so no reader ever finds nothing."""
    new, old, _ = _folders(tmp_path)
    if exchange._exchanger() is None:  # noqa: SLF001  # the question is which way is taken
        pytest.skip("this system cannot exchange")
    assert exchange.exchange(new, old)


def test_the_kernel_is_asked_by_number_where_the_library_has_no_name(tmp_path: Path) -> None:
    """In an image with another C library the swap is one step too."""
    call = exchange._by_number(ctypes.CDLL(None, use_errno=True))  # noqa: SLF001  # what this machine does not need
    if call is None:
        pytest.skip("no number of this machine's is known")
    new, old, _ = _folders(tmp_path)
    assert call(bytes(new), bytes(old)) == 0
    assert (old / "file").read_text(encoding="utf-8") == "new"
    assert call(bytes(new), bytes(tmp_path / "nothing")) == -1
    assert ctypes.get_errno() == errno.ENOENT


def test_a_first_store_is_moved_in(tmp_path: Path) -> None:
    """Where nothing was, nothing is put aside."""
    new, _, aside = _folders(tmp_path)
    exchange.swap_in(new, old=tmp_path / "first", aside=aside)
    assert (tmp_path / "first" / "file").exists()
    assert not aside.exists()


def test_a_folder_put_aside_by_a_killed_run_comes_back(tmp_path: Path) -> None:
    """Between two renames the store is missing; the next run puts it back, and touches no store that is there."""
    new, old, aside = _folders(tmp_path)
    old.rename(aside)
    exchange.recover(old=old, aside=aside)
    assert (old / "file").read_text(encoding="utf-8") == "old"
    new.rename(aside)
    exchange.recover(old=old, aside=aside)
    assert (old / "file").read_text(encoding="utf-8") == "old"
