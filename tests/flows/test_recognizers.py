"""Who finds entities: told, chosen, loaded; and another one makes the entities of a store anew, and nothing else."""

import json
import shutil
from collections.abc import Callable
from importlib import import_module
from importlib.metadata import PackageNotFoundError
from importlib.util import find_spec
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import polars as pl
import pytest

from flows import recognizers
from flows.build import Outcome, Request, build
from flows.knowledge import load_knowledge
from flows.manifest import read_manifest
from flows.paths import paths_for
from flows.recognizers import RECOGNIZER, Chosen, choose, load_recognizer
from flows.runners.local import Local
from flows.settings import Settings, load_settings
from transforms.entities.find import Mention
from transforms.errors import FixSettingsError

Bytes = Callable[[Path], dict[str, bytes]]

needs_spacy = pytest.mark.skipif(
    find_spec("spacy") is None, reason="spaCy is not installed: pip install 'unspun[spacy]'"
)
# A file of theirs may be left open, and Click's warnings are not ours.
theirs = pytest.mark.filterwarnings("default")


def save_pipeline(folder: Path, **names: str) -> Path:
    """A spaCy pipeline that knows these names, as a folder."""
    nlp = import_module("spacy").blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": label, "pattern": name} for name, label in names.items()])
    nlp.to_disk(folder)
    return folder


@pytest.fixture
def pipeline(tmp_path: Path) -> Path:
    """One that takes the river of the invented pages for an organisation."""
    return save_pipeline(tmp_path / "pipeline", Olm="ORG", Karst="GPE", Monday="DATE")


def run(raw: Path, store: Path, name: str, *, workers: int = 1) -> Outcome:
    """A run with this recogniser."""
    settings = Settings(store=store, recognizer=name, workers=workers)
    return build(Request(raws=(raw,), settings=settings), run=Local(workers=workers), watch=lambda *_: None)


def names(store: Path) -> set[tuple[str, str]]:
    """Types and names of the store's entities."""
    table = pl.read_parquet(store / "entities" / "**" / "*.parquet")
    return {*table.select("type", "name").rows()}


def test_flag_before_environment_before_file(tmp_path: Path) -> None:
    """The nearer word wins, as with every setting."""

    def told(flag: str | None = None, **environ: str) -> str:
        return load_settings(store=None, environ=environ, directory=tmp_path, recognizer=flag).recognizer

    assert told() == RECOGNIZER
    (tmp_path / "pyproject.toml").write_text('[tool.unspun]\nrecognizer = "rules"\n', encoding="utf-8")
    assert told() == "rules"
    assert told(UNSPUN_RECOGNIZER="spacy") == "spacy"
    assert told("gliner:models/small", UNSPUN_RECOGNIZER="spacy") == "gliner:models/small"


@pytest.mark.parametrize(
    "name",
    ["Rules", "crf", "rules:fast", "classifier:", "spacy:", "gliner", "gliner:", ":", "spacy:\0", 5, True],
)
def test_a_name_that_is_none_is_said(name: object) -> None:
    """Before anything is read, and with the names that there are."""
    with pytest.raises(FixSettingsError, match="recognizer"):
        recognizers.recognizer_of(None, {}, {"recognizer": name})


def test_our_own_need_nothing() -> None:
    """Their version is that of the code."""
    assert choose("rules") == Chosen(name="rules", identity="rules")
    assert choose("classifier") == Chosen(name="classifier", identity="classifier")
    recognize = load_recognizer(choose("rules"), knowledge=load_knowledge())
    assert recognize("She left Oslo.") == (Mention(9, 13, "Oslo", "LOC"),)


@pytest.mark.parametrize("kind", ["spacy", "gliner"])
def test_what_is_missing_is_named(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One sentence says what to install."""
    monkeypatch.setattr(recognizers, "version", _not_installed)
    with pytest.raises(FixSettingsError, match=rf"needs {kind}: pip install 'unspun\[{kind}\]'\.$"):
        choose(f"{kind}:x")


def _not_installed(package: str) -> str:
    raise PackageNotFoundError(package)


def _installed(monkeypatch: pytest.MonkeyPatch, *pipelines: str) -> None:
    """As if there were spaCy and these pipelines."""
    monkeypatch.setattr(
        recognizers, "version", lambda package: {"spacy": "9.8", "thinc": "1"}.get(package, "0")
    )
    points = [SimpleNamespace(name=name, dist=SimpleNamespace(version="9.1")) for name in pipelines]
    monkeypatch.setattr(recognizers, "entry_points", lambda group: points if group == "spacy_models" else [])


@pytest.mark.parametrize(
    ("there", "chosen"),
    [
        (["en_core_web_sm", "de_core_news_lg", "en_core_web_md"], "en_core_web_md"),
        (["xx_ent_wiki_sm", "de_core_news_lg"], "de_core_news_lg"),
    ],
)
def test_the_best_that_is_installed(there: list[str], chosen: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a name it is the best of the English ones, else the first by name."""
    _installed(monkeypatch, *there)
    assert choose("spacy") == choose(f"spacy:{chosen}")
    assert choose("spacy").name == f"spacy:{chosen}"
    assert choose("spacy").identity.startswith("spacy 9.8, thinc 1")
    assert choose("spacy").identity.endswith(f"{chosen} 9.1")


def test_no_pipeline_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that gets one."""
    _installed(monkeypatch)
    for name in ("spacy", "spacy:en_core_web_md", f"spacy:{tmp_path}"):
        with pytest.raises(FixSettingsError, match="python -m spacy download en_core_web_md"):
            choose(name)


def test_a_model_is_its_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever the folder lies; one byte more is another model."""
    _installed(monkeypatch)
    one, two = tmp_path / "one", tmp_path / "two"
    (one / "deep").mkdir(parents=True)
    (one / "deep" / "weights").write_bytes(b"\0\1")
    shutil.copytree(one, two)
    monkeypatch.chdir(tmp_path)
    assert choose("gliner:one").identity == choose(f"gliner:{two}").identity
    assert choose("gliner:one").name == f"gliner:{one}"
    (two / "deep" / "weights").write_bytes(b"\0\1\1")
    assert choose("gliner:one").identity != choose(f"gliner:{two}").identity


def test_another_version_makes_entities_anew(
    raw: Path, store: Path, parquet: Bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No raw file is read again; what comes to the same keeps its bytes, and the store says who it was."""
    run(raw, store, "rules")
    before = parquet(store)
    assert names(store)
    assert not run(raw, store, "rules").is_new
    monkeypatch.setattr("flows.build.choose", lambda name: Chosen(name=name, identity=f"{name} 2"))
    made: list[str] = []
    settings = Settings(store=store, recognizer="rules")
    outcome = build(
        Request(raws=(raw,), settings=settings),
        run=Local(workers=1),
        watch=lambda what, done, _: made.append(what) if done else None,
    )
    assert (outcome.read, outcome.is_new, outcome.manifest.recognizer) == (0, True, "rules 2")
    assert "making articles" in made
    assert "making documents" not in made
    assert parquet(store) == before
    assert not run(raw, store, "rules").is_new


def test_a_run_with_the_classifier(raw: Path, store: Path, parquet: Bytes) -> None:
    """Other tables than that of entities keep their bytes, and so does that one on the way back."""
    try:
        load_recognizer(choose("classifier"), knowledge=load_knowledge())
    except FixSettingsError as error:
        pytest.skip(str(error))
    run(raw, store, "rules")
    before = parquet(store)
    outcome = run(raw, store, "classifier")
    assert (outcome.read, outcome.is_new) == (0, True)
    after = parquet(store)
    assert {name for name, data in before.items() if after.get(name) != data} <= {
        name for name in before if name.startswith("entities/")
    }
    assert not run(raw, store, "classifier").is_new
    assert run(raw, store, "rules").is_new
    assert parquet(store) == before


@needs_spacy
@theirs
@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_with_spacy(raw: Path, store: Path, pipeline: Path, parquet: Bytes, workers: int) -> None:
    """In this process and in others: other entities, and every other table as it was."""
    run(raw, store, "rules")
    before = parquet(store)
    outcome = run(raw, store, f"spacy:{pipeline}", workers=workers)
    assert (outcome.read, outcome.is_new) == (0, True)
    assert names(store) == {("ORG", "Olm"), ("LOC", "Karst")}
    after = parquet(store)
    same = {name for name, data in before.items() if after.get(name) == data}
    assert {name for name in before if not name.startswith("entities/")} == same
    manifest = read_manifest(paths_for(store))
    assert manifest
    assert manifest.recognizer == choose(f"spacy:{pipeline}").identity
    assert not run(raw, store, f"spacy:{pipeline}", workers=workers).is_new
    assert run(raw, store, "rules").is_new
    assert parquet(store) == before


@needs_spacy
@theirs
def test_another_pipeline_in_its_place_makes_entities_anew(raw: Path, store: Path, pipeline: Path) -> None:
    """It is known by its bytes, not by its name."""
    run(raw, store, f"spacy:{pipeline}")
    shutil.rmtree(pipeline)
    save_pipeline(pipeline, Velm="GPE")
    assert run(raw, store, f"spacy:{pipeline}").is_new
    assert names(store) == {("LOC", "Velm")}


@needs_spacy
@theirs
def test_a_worker_with_another_pipeline_says_so(pipeline: Path) -> None:
    """It would make other rows than the other machines."""
    chosen = choose(f"spacy:{pipeline}")
    (pipeline / "meta.json").write_text(f"{(pipeline / 'meta.json').read_text()}\n", encoding="utf-8")
    with pytest.raises(FixSettingsError, match="install the same on every machine"):
        load_recognizer(chosen, knowledge=load_knowledge())


@needs_spacy
@theirs
def test_a_broken_pipeline_is_said(pipeline: Path) -> None:
    """In a sentence, with what spaCy says of it."""
    (pipeline / "config.cfg").write_text("[nlp]\nlang = ", encoding="utf-8")
    with pytest.raises(FixSettingsError, match="cannot be loaded"):
        load_recognizer(choose(f"spacy:{pipeline}"), knowledge=load_knowledge())


@needs_spacy
@pytest.mark.usefixtures("pipeline")
def test_the_command_takes_a_pipeline(tmp_path: Path, unspun: Callable[..., Any]) -> None:
    """By a path that is relative to where one stands, in this process and in others."""
    lines = [
        json.dumps({"id": number, "text": "The Olm's ferry left Karst on Monday."}) for number in range(3)
    ]
    (tmp_path / "some.jsonl").write_text("\n".join(lines), encoding="utf-8")
    for processes in ("1", "2"):
        done = unspun("entities", "some.jsonl", "--recognizer", "spacy:pipeline", "--processes", processes)
        assert done.returncode == 0, done.stderr
        found = [json.loads(line) for line in done.stdout.splitlines()]
        assert [[e["text"] for e in one["entities"]] for one in found] == [["Olm", "Karst"]] * 3


@pytest.mark.skipif(find_spec("gliner") is not None, reason="gliner is installed here")
def test_the_command_says_what_to_install(tmp_path: Path, unspun: Callable[..., Any]) -> None:
    """Exit code 2, one sentence, no traceback."""
    (tmp_path / "note.txt").write_text("Oslo", encoding="utf-8")
    for command in (["entities", "note.txt"], ["run", "note.txt"]):
        done = unspun(*command, "--recognizer", "gliner:some/model")
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == "unspun: --recognizer gliner needs gliner: pip install 'unspun[gliner]'.\n"
