"""Phrases within a run of capitalised words: lexicon entries, titles, names that end in a head word, persons."""

from dataclasses import dataclass, field

import re2

from transforms.entities.find import Mention
from transforms.entities.lexicon import Lexicon
from transforms.entities.tokens import AND, HYPHEN, INITIAL, OF, PARTICLE, SPACE, Token
from transforms.tags.stopwords import ENGLISH

_MAX_CHAIN = 8  # words of an organisation's name before its last head word
_MAX_PERSON = 5  # words of a person's name
_MAX_TITLE = 4  # words of a title before a name
_MAX_ABBREVIATION = 5  # letters: "Capt", "Prof"
_MIN_SHOUT = 4  # letters: "PUTIN" is "Putin", "US" is itself
_LETTER_RUN = re2.compile(r"\p{L}[\p{L}\p{M}]*")
_SYLLABLE = re2.compile(r"^(-\p{Ll}{2,6})(?:[^\p{L}\p{M}-]|$)")
_MAX_SYLLABLE = 8  # characters behind a name: hyphen, syllable, and what ends it
_ORDINALS = frozenset({"II", "III", "IV", "VI", "VII", "VIII", "XI", "XII", "XIV", "XVI", "Jr", "Sr"})
# Head words of places that go on with "of".
_REALMS = frozenset(
    {
        "Kingdom",
        "Republic",
        "Province",
        "Gulf",
        "Bay",
        "Strait",
        "Isle",
        "County",
        "Duchy",
        "Principality",
        "Sea",
        "City",
    }
)
# Function words and numbers that begin names of parties and places.
_NAME_ADJECTIVES = frozenset(
    {"New", "Old", "First", "Second", "Third", "Five", "One", "Our", "Next", "Forward"}
)


@dataclass(slots=True)
class Reading:
    """What is known of one text while it is read.

    Args:
        text: The text.
        lower: Its words that stand in small letters somewhere.
        mentions: What was found so far.
        unclear: Single words to be settled at the end, each with whether its line is a headline.
        names: Word → type that the text itself gave it.
    """

    text: str
    lower: frozenset[str]
    mentions: list[Mention] = field(default_factory=list)
    unclear: list[tuple[Token, bool]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, start: int, end: int, kind: str) -> None:
        """Note a mention, and the words of a person's name."""
        surface = self.text[start:end]
        self.mentions.append(Mention(start, end, surface, kind))
        words = surface.split()
        if kind == "PERSON":
            for word in words:
                if len(word) > 1 and word[0].isupper() and "." not in word:
                    self.names[word] = "PERSON"
        elif len(words) == 1:
            self.names.setdefault(surface, kind)
        elif kind == "ORG":
            # "Orsini Holdings" is "Orsini" later, "the Porto Herald" the "Herald".
            self.names.setdefault(words[0], kind)
            self.names.setdefault(words[-1], kind)


class Phrases:
    """A lexicon made ready to look phrases up in a run."""

    def __init__(self, lexicon: Lexicon) -> None:
        cues = lexicon.cues
        self.entries = lexicon.entries
        self.given = cues["given"]
        self.korean = cues["korean_surnames"]
        self.titles = cues["titles"]
        self.never = cues["never"]
        self.common = cues["common"] | ENGLISH
        self.heads: dict[str, str] = {}
        for name, kind in (("misc", "MISC"), ("event", "EVENT"), ("loc", "LOC"), ("org", "ORG")):
            self.heads.update(dict.fromkeys(cues[f"{name}_heads"], kind))
        short = {word for word in self.titles if len(word) <= _MAX_ABBREVIATION}
        self.abbreviations = frozenset(short | {"St", "Mt", "Ft"})
        self._stops = self.titles | self.never
        self._title_starts = frozenset(title.split()[0] for title in self.titles)

    def is_common(self, word: str, reading: Reading) -> bool:
        """Whether a word is none of a name: in the list, or in small letters elsewhere in the text."""
        folded = word.casefold()
        return folded in self.common or folded in reading.lower

    def entry(self, reading: Reading, run: list[Token], at: int) -> tuple[int, int, str] | None:
        """The longest lexicon entry that begins at a word: (words, end offset, type)."""
        word = run[at].word
        keys = [word]
        found = _LETTER_RUN.match(word)
        if found and found.group(0) != word:
            keys.append(found.group(0))
        for key in keys:
            entry = self._entry(reading.text, run, at, self.entries.get(key, ()), shout=False)
            if entry:
                return entry
        if len(word) >= _MIN_SHOUT and word.isupper():
            return self._entry(reading.text, run, at, self.entries.get(word.capitalize(), ()), shout=True)
        return None

    def _entry(
        self, text: str, run: list[Token], at: int, names: tuple[tuple[str, str], ...], *, shout: bool
    ) -> tuple[int, int, str] | None:
        start = run[at].start
        for name, kind in names:
            end = start + len(name)
            if text.startswith(name.upper() if shout else name, start) and not text[end : end + 1].isalnum():
                words = 1
                while at + words < len(run) and run[at + words].start < end:
                    words += 1
                return words, end, kind
        return None

    def title(self, run: list[Token], at: int) -> int:
        """How many words from here are a person's title."""
        if run[at].word not in self._title_starts:
            return 0
        words: list[str] = []
        best = 0
        for size in range(min(_MAX_TITLE, len(run) - at)):
            token = run[at + size]
            if size and token.link not in {SPACE, HYPHEN, OF, INITIAL}:
                break
            if size and token.link == OF:
                words.append("of")
            words.append(token.word)
            if " ".join(words) in self.titles or "-".join(words) in self.titles:
                best = size + 1
        return best

    def chain(self, reading: Reading, run: list[Token], at: int, *, headline: bool) -> tuple[int, str] | None:
        """A name that ends in a head word ("Ministry", "River", "War"): how many words, and its type."""
        if not self._may_begin(reading, run, at):
            return None
        last = self._last_head(reading, run, at, headline=headline)
        if last is None:
            return None
        kind = self.heads[run[last].word]
        end = last + 1
        if (
            (kind in {"ORG", "EVENT"} or run[last].word in _REALMS)
            and end < len(run)
            and run[end].link in {OF, PARTICLE}
        ):
            end = self._complement(run, end, kind)
        if end == at + 1:
            return None
        return end - at, kind

    def _may_begin(self, reading: Reading, run: list[Token], at: int) -> bool:
        """“The” begins no name, “New” in the middle of a sentence may, “New Zealand” does anywhere."""
        token = run[at]
        if token.word.casefold() not in ENGLISH:
            return True
        return (token.word in _NAME_ADJECTIVES and not token.first) or self.entry(
            reading, run, at
        ) is not None

    def _last_head(self, reading: Reading, run: list[Token], at: int, *, headline: bool) -> int | None:
        """Place of the last head word that the words from here lead up to without a break."""
        last = None
        for place in range(at, min(len(run), at + _MAX_CHAIN)):
            token = run[place]
            if place > at and not self._goes_on(reading, run, place):
                break
            if token.word in self.never or (headline and token.word.casefold() in ENGLISH):
                break
            if token.word not in self.heads:
                continue
            if place > at:
                if token.word == "Administration" and self._is_person(reading, run, at):
                    break
                last = place
            elif place + 1 < len(run) and run[place + 1].link in {OF, PARTICLE}:
                last = place
        return last

    def _goes_on(self, reading: Reading, run: list[Token], place: int) -> bool:
        token = run[place]
        if token.link == AND:
            # "Food and Drug Administration" is one name, "Orsini and Marlow Holdings" may be two.
            before = run[place - 1].word
            ampersand = "&" in reading.text[run[place - 1].end : token.start]
            return before not in self.heads and (ampersand or self.is_common(before, reading))
        if token.link not in {SPACE, HYPHEN}:
            return False
        follows = run[place + 1] if place + 1 < len(run) else None
        before_name = (
            follows is not None and follows.link in {SPACE, INITIAL} and follows.word not in self.heads
        )
        return not (token.word in self.titles and token.word not in self.heads and before_name)

    def _is_person(self, reading: Reading, run: list[Token], at: int) -> bool:
        entry = self.entry(reading, run, at)
        return run[at].word in self.given or (entry is not None and entry[2] == "PERSON")

    def _complement(self, run: list[Token], end: int, kind: str) -> int:
        """Where “of Foreign Affairs and Trade” ends, that begins at `end`."""
        if run[end].word in self._stops:
            return end
        limit = min(len(run), end + _MAX_CHAIN)
        end += 1
        while end < limit and run[end].link == SPACE and run[end].word not in self._stops:
            end += 1
        if kind == "ORG" and end < limit and run[end].link == AND and run[end].word not in self.entries:
            end += 1
            while end < limit and run[end].link == SPACE:
                end += 1
        return end

    def person_length(self, reading: Reading, run: list[Token], at: int, *, headline: bool) -> int:
        """How many words from here make a person's name."""
        size = 1
        while at + size < len(run) and size < _MAX_PERSON:
            token = run[at + size]
            if token.word in _ORDINALS and token.link == SPACE:
                return size + 1
            if not self._is_name_word(reading, run, at, size, headline=headline):
                break
            size += 1
        return size

    def _is_name_word(
        self, reading: Reading, run: list[Token], at: int, size: int, *, headline: bool
    ) -> bool:
        token = run[at + size]
        hyphened = token.link == HYPHEN and run[at].word in self.given
        if not (hyphened or token.link in {SPACE, INITIAL, PARTICLE}) or token.word in self.never:
            return False
        if token.word in self.given:
            return True
        if token.word in self.heads or token.word in self.titles or token.word.casefold() in ENGLISH:
            return False
        if headline and (size > 1 or self.is_common(token.word, reading)):
            return False
        entry = self.entry(reading, run, at + size)
        if entry is None or entry[2] not in {"NORP", "ORG"}:
            return True
        # "Steve Forbes" is a person where nothing more follows.
        ends = at + size + 1 == len(run) or run[at + size + 1].link not in {SPACE, AND}
        return size == 1 and entry[0] == 1 and ends and not headline and run[at].word in self.given

    def person_end(self, reading: Reading, run: list[Token], at: int, size: int) -> int:
        """Offset where a person's name ends: “Kim Jong-un” goes on in small letters behind its hyphen."""
        end = run[at + size - 1].end
        if size > 1 and run[at].word in self.korean:
            found = _SYLLABLE.match(reading.text[end : end + _MAX_SYLLABLE])
            if found:
                return end + len(found.group(1))
        return end
