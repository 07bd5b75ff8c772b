"""What a watch has handled, noted beside the state of the store, so that a restart knows what is news."""

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from flows.store import replace_file
from transforms.settling import Look, Looks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flows.paths import Paths

_FORMAT = 1
_NAME = "watched.json"
_KEY_CHARS = 16


class Watched:
    """The note of one kind of watch: of these places, with these flags.

    Args:
        paths: Of the store.
        raws: The places, in their order.
        flags: What else decides what comes of them.
    """

    def __init__(self, paths: "Paths", raws: "Sequence[str]", flags: "Sequence[str]") -> None:
        self._path = paths.state / _NAME
        self._raws = list(raws)
        self._key = sha256(json.dumps([self._raws, list(flags)]).encode()).hexdigest()[:_KEY_CHARS]
        self.count = 0

    def load(self) -> Looks | None:
        """What was last handled; None where nothing was, or the note is damaged: then it is handled once more."""
        try:
            entry = self._entries()[self._key]
            looks = tuple(Look(**look) for look in entry["looks"])
            self.count = int(entry["count"])
        except (KeyError, TypeError, ValueError):
            return None
        return looks if len(looks) == len(self._raws) else None

    def save(self, looks: Looks) -> None:
        """Notes that this was handled, in one step.

        Raises:
            OSError: It cannot be written.
        """
        self.count += 1
        entry = {
            "raw": self._raws,
            "count": self.count,
            "looks": [
                {"fingerprint": look.fingerprint, "files": look.files, "size": look.size} for look in looks
            ],
        }
        noted = {"format": _FORMAT, "watched": self._entries() | {self._key: entry}}
        replace_file(self._path, json.dumps(noted, indent=1, ensure_ascii=True).encode() + b"\n")

    def event_id(self, looks: Looks) -> str:
        """32 hex digits that are the same for the same news, told again by a watch that was killed before it noted it."""
        told = [self._key, self.count, [look.fingerprint for look in looks]]
        return sha256(json.dumps(told).encode()).hexdigest()[:32]

    def _entries(self) -> dict[str, dict[str, Any]]:
        try:
            found = json.loads(self._path.read_bytes())
            entries = found["watched"] if found["format"] == _FORMAT else {}
        except (OSError, ValueError, KeyError, TypeError):
            return {}
        return entries if isinstance(entries, dict) else {}
