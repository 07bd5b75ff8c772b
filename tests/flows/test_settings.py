"""Where a setting comes from, and what a wrong one says."""

from pathlib import Path

import pytest

from flows.settings import DEFAULT_STORE, Caps, load_settings, local_path
from transforms.errors import FixSettingsError


def _write(folder: Path, text: str) -> None:
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


def test_defaults(tmp_path: Path) -> None:
    """Nothing said, the defaults hold."""
    settings = load_settings(store=None, environ={}, directory=tmp_path)
    assert (settings.store, settings.caps) == (Path(DEFAULT_STORE), Caps())


def test_flag_before_environment_before_file(tmp_path: Path) -> None:
    """The nearer word wins."""
    _write(tmp_path, '[tool.unspun]\nstore = "file"\nmax_blocks = 7\nmax_file_bytes = 8\n')
    environ = {"UNSPUN_STORE": "environment", "UNSPUN_MAX_BLOCKS": "9"}
    assert load_settings(store="flag", environ=environ, directory=tmp_path).store == Path("flag")
    settings = load_settings(store=None, environ=environ, directory=tmp_path)
    assert settings.store == Path("environment")
    assert (settings.caps.max_blocks, settings.caps.max_file_bytes) == (9, 8)
    assert load_settings(store=None, environ={}, directory=tmp_path).store == Path("file")


@pytest.mark.parametrize("value", ["many", "0", "-5", "1.5", ""])
def test_a_cap_is_a_whole_number(tmp_path: Path, value: str) -> None:
    """A wrong cap is named; an empty variable is none."""
    environ = {"UNSPUN_MAX_LINE_CHARS": value}
    if not value:
        assert load_settings(store=None, environ=environ, directory=tmp_path).caps == Caps()
        return
    with pytest.raises(FixSettingsError, match="UNSPUN_MAX_LINE_CHARS"):
        load_settings(store=None, environ=environ, directory=tmp_path)


@pytest.mark.parametrize(
    "text",
    [
        "[tool.unspun\n",
        "[tool.unspun]\nmax_blocks = true\n",
        "[tool.unspun]\nstroe = 'x'\n",
        "[tool.unspun]\nstore = 5\n",
        "tool = 3\n",
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str) -> None:
    """A mistake in pyproject.toml is one sentence, not a surprise."""
    _write(tmp_path, text)
    with pytest.raises(FixSettingsError, match=r"tool|TOML"):
        load_settings(store=None, environ={}, directory=tmp_path)


@pytest.mark.parametrize("place", ["s3://bucket/raw", "S3://bucket", "https://example.org/x"])
def test_elsewhere_comes_later(place: str) -> None:
    """An address of somewhere else says so instead of making a folder of that name."""
    with pytest.raises(FixSettingsError, match="comes later"):
        local_path(place)
