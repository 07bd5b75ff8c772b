"""Where a setting comes from, and what a wrong one says."""

from pathlib import Path

import pytest

from flows.settings import DEFAULT_STORE, Caps, load_settings, local_path
from transforms.errors import FixSettingsError
from transforms.limits import Limits
from transforms.quality import Floors


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


def test_caps_of_the_parsers_are_the_caps() -> None:
    """What a person sets reaches the parsers; nothing is declared twice."""
    assert Caps().limits == Limits()
    assert Caps(max_depth=5, max_blocks=6, max_line_chars=7).limits == Limits(
        max_depth=5, max_blocks=6, max_line_chars=7
    )


def test_workers_may_be_none(tmp_path: Path) -> None:
    """Nought is as many as there are cores; fewer is a mistake."""
    assert load_settings(store=None, environ={}, directory=tmp_path).workers == 0
    assert load_settings(store=None, environ={"UNSPUN_WORKERS": "3"}, directory=tmp_path).workers == 3
    with pytest.raises(FixSettingsError, match="UNSPUN_WORKERS must be at least 0"):
        load_settings(store=None, environ={"UNSPUN_WORKERS": "-1"}, directory=tmp_path)


def test_fields_are_named_flag_before_environment_before_file(tmp_path: Path) -> None:
    """Name by name the nearer word wins, and the others stay."""
    _write(tmp_path, '[tool.unspun.fields]\ntext = "a"\nurl = "b"\ntitle = "c"\n')
    environ = {"UNSPUN_FIELDS": "url=d, title = e.f"}
    settings = load_settings(store=None, environ=environ, directory=tmp_path, fields=["title=g"])
    assert settings.fields == {"text": "a", "url": "d", "title": "g"}
    assert load_settings(store=None, environ={}, directory=tmp_path / "none").fields == {}


@pytest.mark.parametrize("pair", ["text", "text=", "=x", "txet=x", "", "text:x"])
def test_a_wrong_field_is_named(tmp_path: Path, pair: str) -> None:
    """A field that no record has, or half a pair, is told with what there is."""
    with pytest.raises(FixSettingsError, match=r"text=maintext|there are authors"):
        load_settings(store=None, environ={}, directory=tmp_path, fields=[pair])


@pytest.mark.parametrize(
    "table", ["fields = 5", "[tool.unspun.fields]\ntext = 5", '[tool.unspun.fields]\nname = "x"']
)
def test_a_wrong_table_of_fields_is_named(tmp_path: Path, table: str) -> None:
    """A mistake in the file is one sentence."""
    _write(tmp_path, f"[tool.unspun]\n{table}\n")
    with pytest.raises(FixSettingsError, match="field"):
        load_settings(store=None, environ={}, directory=tmp_path)


@pytest.mark.parametrize("place", ["s3://bucket/raw", "S3://bucket", "https://example.org/x"])
def test_elsewhere_is_no_folder(place: str) -> None:
    """An address of somewhere else says so instead of making a folder of that name."""
    with pytest.raises(FixSettingsError, match="is not on this machine"):
        local_path(place)


def test_floors(tmp_path: Path) -> None:
    """Environment before file; both are told by default."""
    assert load_settings(store=None, environ={}, directory=tmp_path).floors == Floors()
    (tmp_path / "pyproject.toml").write_text(
        "[tool.unspun]\nmax_dropped_prose = 0.4\npostless_documents = 0\n", encoding="utf-8"
    )
    found = load_settings(store=None, environ={"UNSPUN_MAX_DROPPED_PROSE": "1"}, directory=tmp_path)
    assert found.floors == Floors(max_dropped_prose=1, postless_documents=0)


@pytest.mark.parametrize("value", ["30", "-0.1", "nan", "a third", "inf"])
def test_a_share_is_from_0_to_1(tmp_path: Path, value: str) -> None:
    """Percents, words and what is no number are refused."""
    with pytest.raises(FixSettingsError, match="UNSPUN_MAX_DROPPED_PROSE must be a number from 0 to 1"):
        load_settings(store=None, environ={"UNSPUN_MAX_DROPPED_PROSE": value}, directory=tmp_path)
