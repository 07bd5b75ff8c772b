"""Who finds entities: chosen by name, with all that decides what it finds, and made ready from what is installed."""

import os
import sys
from collections.abc import Iterator, Mapping
from hashlib import file_digest, sha256
from importlib import import_module
from importlib.metadata import PackageNotFoundError, entry_points, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from transforms.errors import FixSettingsError

if TYPE_CHECKING:
    from transforms.entities.find import Recognizer
    from transforms.knowledge import Knowledge

RECOGNIZERS = ("classifier", "rules", "spacy", "gliner")
# Where nobody says otherwise.
RECOGNIZER = "classifier"

_SPACY, _GLINER = "spacy", "gliner"
# Of several pipelines that are installed, the best first (https://spacy.io/models/en), then by name.
_BEST_PIPELINES = ("en_core_web_trf", "en_core_web_lg", "en_core_web_md", "en_core_web_sm")
# What no entity hangs on where a pipeline's own `ner` finds them; they take half of its time.
_NOT_FOR_ENTITIES = frozenset(
    {"attribute_ruler", "lemmatizer", "morphologizer", "parser", "senter", "tagger", "textcat"}
)
_RULERS = frozenset({"entity_ruler", "span_ruler"})
# Other versions of these may find other entities.
_COUNTED = {
    _SPACY: ("spacy", "thinc", "spacy-curated-transformers", "torch"),
    _GLINER: ("gliner", "transformers", "torch"),
}
_SCORE = 0.5  # the threshold of GLiNER's authors (https://github.com/urchade/GLiNER)
_DIGEST_CHARS = 16


class Chosen(msgspec.Struct, frozen=True, kw_only=True):
    """A recogniser that is there: its name, the place of what it needs settled, and who it is, wherever that place is.

    `identity` holds the versions that count: rows of entities are made anew where it is another one. Our own
    recognisers are part of the version of the code.
    """

    name: str
    identity: str


def recognizer_of(told: str | None, environ: Mapping[str, str], table: Mapping[str, object]) -> str:
    """The name that was told: by the flag, UNSPUN_RECOGNIZER, or [tool.unspun].

    Raises:
        FixSettingsError: There is no such recogniser.
    """
    name = told or environ.get("UNSPUN_RECOGNIZER") or table.get("recognizer", RECOGNIZER)
    kind, colon, what = name.partition(":") if isinstance(name, str) else ("", "", "")
    if kind not in RECOGNIZERS or (colon and not (what and kind in _COUNTED)) or "\0" in what:
        raise FixSettingsError(
            f"recognizer must be {', '.join(RECOGNIZERS)}, or one of the last two with a name (spacy:en_core_web_md), not {name!r}."
        )
    if kind == _GLINER and not what:
        raise FixSettingsError(
            "recognizer gliner needs a model: --recognizer gliner:FOLDER, or a name that was downloaded before."
        )
    return str(name)


def choose(name: str) -> Chosen:
    """The recogniser of that name, as `recognizer_of` gives it; it is not loaded yet.

    Raises:
        FixSettingsError: What it needs is not installed, or cannot be read.
    """
    kind, _, what = name.partition(":")
    if kind not in _COUNTED:
        return Chosen(name=kind, identity=kind)
    versions = _versions(kind)
    if kind == _GLINER:
        folder = _model_folder(what)
        return Chosen(name=f"{kind}:{folder}", identity=f"{versions} model {_digest(folder)}")
    pipelines = {point.name: point.dist for point in entry_points(group="spacy_models")}
    what = what or _best(pipelines)
    if dist := pipelines.get(what):
        return Chosen(name=f"{kind}:{what}", identity=f"{versions} {what} {dist.version}")
    folder = Path(what).absolute()
    if not folder.joinpath("meta.json").is_file():
        raise FixSettingsError(
            f"There is no spaCy pipeline {what}, neither installed nor a folder with a meta.json: python -m spacy download "
            f"en_core_web_md gets one; installed: {', '.join(sorted(pipelines)) or 'none'}."
        )
    return Chosen(name=f"{kind}:{folder}", identity=f"{versions} pipeline {_digest(folder)}")


def load_recognizer(chosen: Chosen, *, knowledge: "Knowledge") -> "Recognizer":
    """Makes it ready; what is loaded is what was chosen, maybe on another machine.

    Raises:
        FixSettingsError: What it needs is not here, is another version, or cannot be read.
    """
    kind, _, what = chosen.name.partition(":")
    if kind in {"rules", "classifier"}:
        from transforms.entities.rules import recognizer  # noqa: PLC0415  # patterns, for those alone who go by rules

        rules = recognizer(knowledge.lexicon)
        return rules if kind == "rules" else _classifier(rules)
    here = choose(chosen.name)
    if here != chosen:
        raise FixSettingsError(
            f"The recogniser {chosen.name} is another one here ({here.identity}, not {chosen.identity}), which would find other "
            "entities: install the same on every machine."
        )
    return _spacy(what) if kind == _SPACY else _gliner(what)


def _classifier(foreign: "Recognizer") -> "Recognizer":
    """The token classifier that the package brings along."""
    from transforms.entities.classifier import parse_classifier  # noqa: PLC0415  # for this recogniser alone

    folder = Path(str(files("transforms").joinpath("entities")))
    pieces = (folder / "classifier.json").read_text("utf-8")
    return parse_classifier(str(folder / "classifier.onnx"), pieces, foreign=foreign)


def _spacy(what: str) -> "Recognizer":
    from transforms.entities.spacy import recognizer  # noqa: PLC0415  # for this recogniser alone

    try:
        nlp = import_module("spacy").load(what)
    except Exception as error:
        raise _unusable("spaCy pipeline", what, error) from error
    _take_one_thread()
    if not _RULERS & {nlp.get_pipe_meta(pipe).factory for pipe in nlp.pipe_names}:
        nlp.disable_pipes([pipe for pipe in nlp.pipe_names if pipe in _NOT_FOR_ENTITIES])
    return recognizer(nlp)


def _gliner(what: str) -> "Recognizer":
    from transforms.entities.gliner import recognizer  # noqa: PLC0415  # for this recogniser alone

    _stay_offline()
    try:
        model = import_module("gliner").GLiNER.from_pretrained(what, local_files_only=True)
        model.eval()
    except Exception as error:
        raise _unusable("GLiNER model", what, error) from error
    _take_one_thread()

    def predict(text: str, labels: list[str]) -> Any:  # noqa: ANN401  # as the package has it, which tells no types
        return model.predict_entities(text, labels, threshold=_SCORE)

    return recognizer(predict)


def _take_one_thread() -> None:
    """A run has as many processes as there are cores; and sums of floats are the same whatever the number of cores."""
    if torch := sys.modules.get("torch"):
        torch.set_num_threads(1)


def _unusable(what: str, name: str, error: Exception) -> FixSettingsError:
    said = " ".join(str(error).split())[:300]
    return FixSettingsError(
        f"The {what} {name} cannot be loaded ({type(error).__name__}: {said}): see that all of it is there, for this version."
    )


def _stay_offline() -> None:
    """Read by the libraries when they are imported: nothing is looked up anywhere, not even whether there is news."""
    os.environ.update({"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HF_HUB_DISABLE_TELEMETRY": "1"})


def _versions(kind: str) -> str:
    found = []
    for package in _COUNTED[kind]:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            if package == kind:
                raise FixSettingsError(
                    f"--recognizer {kind} needs {kind}: pip install 'unspun[{kind}]'."
                ) from None
    return ", ".join(found)


def _best(pipelines: Mapping[str, object]) -> str:
    for name in (*_BEST_PIPELINES, *sorted(pipelines)):
        if name in pipelines:
            return name
    raise FixSettingsError(
        "--recognizer spacy needs a pipeline, and none is installed: python -m spacy download en_core_web_md, or name a folder "
        "(spacy:FOLDER)."
    )


def _model_folder(what: str) -> Path:
    """The folder of a model: that folder, or where a download of that name was kept."""
    folder = Path(what).absolute()
    if folder.is_dir():
        return folder
    _stay_offline()
    try:
        kept = import_module("huggingface_hub").snapshot_download(what, local_files_only=True)
    except Exception as error:
        raise FixSettingsError(
            f"There is no GLiNER model {what} on this machine: give its folder (gliner:FOLDER), or download it before; a run downloads nothing."
        ) from error
    return Path(kept)


def _digest(folder: Path) -> str:
    """Of the names and bytes of all files of a folder."""
    digest = sha256()
    for path in sorted(_files(folder)):
        with path.open("rb") as file:
            content = file_digest(file, "sha256").hexdigest()
        digest.update(
            f"{path.relative_to(folder).as_posix()}\0{content}\n".encode("utf-8", "surrogateescape")
        )
    return digest.hexdigest()[:_DIGEST_CHARS]


def _files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield path
