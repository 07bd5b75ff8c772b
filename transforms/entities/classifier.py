"""The token classifier: a small encoder that labels each word of a window, as a value made out of its bytes."""

from collections.abc import Mapping
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from transforms.entities.consistency import consistent
from transforms.entities.find import Mention, Recognizer
from transforms.entities.foreign_text import is_foreign
from transforms.entities.labels import best_labels, spans
from transforms.entities.windows import Tokenizer, Window, windows
from transforms.errors import FixSettingsError


class Session(Protocol):
    """As much of `onnxruntime.InferenceSession` as is asked for here."""

    def run(
        self, output_names: None, input_feed: Mapping[str, NDArray[np.int64]]
    ) -> list[NDArray[np.float32]]:
        """Scores of each piece of each window, (windows, pieces, labels)."""


class _Classifier:
    """The recogniser as a value: no state between texts.

    A window is read alone, so nothing of what is found hangs on what is read beside it or on how many processes read:
    the integers of the encoder are scaled by what a call is given, and another window would scale them otherwise.
    """

    def __init__(self, session: Session, tokenizer: Tokenizer, foreign: Recognizer) -> None:
        self.session = session
        self.tokenizer = tokenizer
        self.foreign = foreign

    def __call__(self, text: str) -> tuple[Mention, ...]:
        """The mentions of a text."""
        return self.foreign(text) if is_foreign(text) else consistent(text, self._read(text))

    def _read(self, text: str) -> list[Mention]:
        found: list[Mention] = []
        for window in windows(text, self.tokenizer):
            labels = best_labels(self._scores(window), window.breaks)
            for first, last, kind in spans(labels):
                start, end = int(window.starts[first]), int(window.ends[last - 1])
                found.append(Mention(start, end, text[start:end], kind))
        return found

    def _scores(self, window: Window) -> NDArray[np.float32]:
        (scores,) = self.session.run(
            None,
            {
                "ids": window.ids[np.newaxis],
                "cases": window.cases[np.newaxis],
                "mask": np.ones((1, len(window.ids)), dtype=np.int64),
            },
        )
        words: NDArray[np.float32] = scores[0][window.heads]
        words -= words.max(axis=1, keepdims=True)
        words -= np.log(np.exp(words).sum(axis=1, keepdims=True))
        return words


def parse_classifier(model: bytes | str, tokenizer: str, *, foreign: Recognizer) -> Recognizer:
    """A recogniser out of an encoder in ONNX and its tokenizer in JSON; it learned from English.

    One thread: a run has as many processes as there are cores.

    Args:
        model: ONNX, or where it lies: onnxruntime keeps bytes that it is given beside what it makes of them.
        tokenizer: JSON of the package tokenizers.
        foreign: Reads texts in other languages.

    Raises:
        FixSettingsError: One of them is damaged, or is for a newer onnxruntime.
    """
    import onnxruntime  # noqa: PLC0415  # 0.2 CPU-s that no other recogniser needs
    import tokenizers  # noqa: PLC0415  # the same

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    try:
        session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
        cutter = tokenizers.Tokenizer.from_str(tokenizer)
    except Exception as error:  # both raise what their native code raises
        raise FixSettingsError(
            f"the entity model cannot be read ({str(error).splitlines()[0][:200]}); install unspun anew"
        ) from error
    cutter.no_truncation()
    cutter.no_padding()
    return _Classifier(session, cutter, foreign)
