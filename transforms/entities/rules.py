"""The rule-and-lexicon recogniser: capitalised runs read with word lists, then unclear words by what the text told.

Two passes. The first labels what the lexicon, the shape of a run or a title tells, and collects the names of persons;
the second labels single words that are left by those names and by the words beside them. English word order is assumed
where no lexicon entry decides; a text in a script without case gets lexicon entries only; German nouns and headlines
in capitals are kept out by the share of capitalised words in their line, which costs names there.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import re2

from transforms.entities.find import Mention, Recognizer, without_overlaps
from transforms.entities.lexicon import Lexicon
from transforms.entities.tokens import AND, HYPHEN, INITIAL, NONE, OF, PARTICLE, SPACE, Token, capitalised
from transforms.tags.stopwords import ENGLISH

_MAX_CHAIN = 8  # words of an organisation's name before its last head word
_MAX_PERSON = 4  # words of a person's name
_MAX_TITLE = 4  # words of a title before a name
_MAX_ACRONYM = 6  # letters
_HEADLINE = 0.55  # share of capitalised words from which a line is a headline or German; running English has .1 to .25
_MIN_LINE = 4  # words; shorter lines are not judged
_BESIDE = 24  # characters before and behind a word that are looked at
_LOWER_WORD = re2.compile(r"\p{Ll}[\p{L}\p{M}]*")
_LETTER_RUN = re2.compile(r"\p{L}[\p{L}\p{M}]*")
_GROUP_ENDINGS = ("ians", "ists", "ites", "ese")


@dataclass(slots=True)
class _Reading:
    """What is known of one text while it is read."""

    text: str
    lower: frozenset[str]
    mentions: list[Mention] = field(default_factory=list)
    unclear: list[tuple[Token, bool]] = field(default_factory=list)
    names: dict[str, str] = field(default_factory=dict)

    def add(self, start: int, end: int, kind: str) -> None:
        self.mentions.append(Mention(start, end, self.text[start:end], kind))
        if kind == "PERSON":
            for word in self.text[start:end].split():
                if len(word) > 1 and word[0].isupper() and "." not in word:
                    self.names.setdefault(word, "PERSON")
        elif " " not in self.text[start:end]:
            self.names.setdefault(self.text[start:end], kind)


class _Rules:
    """A lexicon made ready; its methods read one run of capitalised words each."""

    def __init__(self, lexicon: Lexicon) -> None:
        cues = lexicon.cues
        self.entries = lexicon.entries
        self.given = cues["given"]
        self.titles = cues["titles"]
        self.title_starts = frozenset(title.split()[0] for title in cues["titles"])
        self.never = cues["never"]
        self.common = cues["common"] | ENGLISH
        self.particles = cues["particles"]
        self.speech = cues["speech"]
        self.place_words = cues["place_words"]
        self.loc_openers = cues["loc_openers"]
        self.event_openers = cues["event_openers"]
        self.heads: dict[str, str] = {}
        for name, kind in (("misc", "MISC"), ("event", "EVENT"), ("loc", "LOC"), ("org", "ORG")):
            self.heads.update(dict.fromkeys(cues[f"{name}_heads"], kind))
        self.abbreviations = frozenset(word for word in cues["titles"] if len(word) <= 5) | {"St", "Mt", "Ft"}  # noqa: PLR2004  # "Capt"
        self.caseless = None
        if lexicon.caseless:
            ordered = sorted(lexicon.caseless, key=lambda name: (-len(name), name))
            self.caseless = re2.compile("|".join(re2.escape(name) for name in ordered))
        self.caseless_kinds = lexicon.caseless

    def is_common(self, word: str, reading: _Reading) -> bool:
        folded = word.casefold()
        return folded in self.common or folded in reading.lower

    def entry(self, reading: _Reading, run: list[Token], at: int) -> tuple[int, int, str] | None:
        """The longest lexicon entry that begins at a word: (words, end offset, type)."""
        token = run[at]
        word = token.word
        text = reading.text
        first = word.split("-")[0] if word[:1].isupper() else word
        found = _LETTER_RUN.match(first)
        keys = [first, found.group(0)] if found else [first]
        keys = keys[:1] if keys[0] == keys[-1] else keys
        for key in keys:
            for name, kind in self.entries.get(key, ()):
                end = token.start + len(name)
                if text.startswith(name, token.start) and not text[end : end + 1].isalnum():
                    words = 1
                    while at + words < len(run) and run[at + words].start < end:
                        words += 1
                    return words, end, kind
        if word.isupper() and len(word) > 3:  # noqa: PLR2004  # "PUTIN", not "US"
            for name, kind in self.entries.get(word.capitalize(), ()):
                end = token.start + len(name)
                if text[token.start : end] == name.upper() and not text[end : end + 1].isalnum():
                    words = 1
                    while at + words < len(run) and run[at + words].start < end:
                        words += 1
                    return words, end, kind
        return None

    def title(self, run: list[Token], at: int) -> int:
        """How many words from here are a person's title."""
        if run[at].word not in self.title_starts:
            return 0
        words: list[str] = []
        best = 0
        for size in range(min(_MAX_TITLE, len(run) - at)):
            if size and run[at + size].link not in {SPACE, HYPHEN, OF, INITIAL}:
                break
            if size and run[at + size].link == OF:
                words.append("of")
            words.append(run[at + size].word)
            if " ".join(words) in self.titles or "-".join(words) in self.titles:
                best = size + 1
        return best

    def chain(self, run: list[Token], at: int, *, headline: bool) -> tuple[int, str] | None:
        """A name that ends in a head word ("Ministry", "River", "War"): how many words, and its type."""
        last = None
        for place in range(at, min(len(run), at + _MAX_CHAIN)):
            token = run[place]
            if place > at and token.link not in {SPACE, HYPHEN, AND}:
                break
            if token.word in self.never or (headline and token.word.casefold() in ENGLISH):
                break
            follows = run[place + 1] if place + 1 < len(run) else None
            if place > at and token.word in self.titles and follows and follows.link in {SPACE, INITIAL}:
                if token.word not in self.heads and follows.word not in self.heads:
                    break
            if token.word in self.heads and (place > at or (follows and follows.link == OF)):
                last = place
        if last is None:
            return None
        kind = self.heads[run[last].word]
        end = last + 1
        if kind in {"ORG", "EVENT"} and end < len(run) and run[end].link == OF:
            end += 1
            while end < len(run) and run[end].link == SPACE and run[end].word not in self.titles:
                end += 1
            if end < len(run) and run[end].link == AND and kind == "ORG" and run[end].word not in self.entries:
                end += 1
                while end < len(run) and run[end].link == SPACE:
                    end += 1
        elif last == at:
            return None
        return end - at, kind

    def person_length(self, reading: _Reading, run: list[Token], at: int, *, headline: bool) -> int:
        """How many words from here make a person's name."""
        size = 1
        while at + size < len(run) and size < _MAX_PERSON + 1:
            token = run[at + size]
            if token.link not in {SPACE, HYPHEN, INITIAL, PARTICLE} or token.word in self.never:
                break
            if token.link == HYPHEN and run[at].word not in self.given:
                break
            if token.word in self.heads and token.word not in self.given:
                break
            if token.word in self.titles and token.word not in self.given:
                break
            if token.word.casefold() in ENGLISH or (headline and self.is_common(token.word, reading)):
                break
            found = self.entry(reading, run, at + size)
            if found and found[2] in {"NORP", "ORG"} and size >= 1 and found[0] >= 1 and token.word not in self.given:
                break
            if headline and size >= 2 and token.word not in self.given:  # noqa: PLR2004  # given name and surname
                break
            size += 1
        return size

    def run(self, reading: _Reading, run: list[Token], *, headline: bool) -> None:
        """Label the words of one run, left to right."""
        at = 0
        titled = False
        if run[0].first and len(run) > 1 and self._is_opening(reading, run, headline=headline):
            at = 1
        while at < len(run):
            size, titled = self._step(reading, run, at, titled=titled, headline=headline)
            at += size

    def _is_opening(self, reading: _Reading, run: list[Token], *, headline: bool) -> bool:
        """Whether the first word of a sentence is only capitalised for being first."""
        token = run[0]
        if headline or token.word in self.given or token.word in self.titles or token.word in self.heads:
            return token.word.casefold() in ENGLISH and token.word not in self.given
        if self.entry(reading, run, 0):
            return False
        return self.is_common(token.word, reading)

    def _step(
        self, reading: _Reading, run: list[Token], at: int, *, titled: bool, headline: bool
    ) -> tuple[int, bool]:
        token = run[at]
        if token.word in self.never and not self.entry(reading, run, at):
            return 1, False
        entry = self.entry(reading, run, at)
        if not titled:
            chain = self.chain(run, at, headline=headline)
            if chain and (not entry or chain[0] > entry[0]):
                if not self._person_then_head(run, at, chain[0]):
                    end = run[at + chain[0] - 1].end
                    reading.add(token.start, end, chain[1])
                    return chain[0], False
            if entry and entry[0] > 1:
                reading.add(token.start, entry[1], entry[2])
                return entry[0], False
            title = self.title(run, at)
            if title and not (token.word in self.given and self._next(run, at) and not self._next_is_title(run, at)):
                return title, True
        return self._word(reading, run, at, entry, titled=titled, headline=headline)

    def _next(self, run: list[Token], at: int) -> Token | None:
        return run[at + 1] if at + 1 < len(run) and run[at + 1].link in {SPACE, INITIAL, PARTICLE} else None

    def _next_is_title(self, run: list[Token], at: int) -> bool:
        return at + 1 < len(run) and run[at + 1].word in self.titles

    def _person_then_head(self, run: list[Token], at: int, size: int) -> bool:
        """“Donald Trump Administration” is no such chain, “Clinton Foundation” is."""
        return size > 2 and run[at].word in self.given and run[at + size - 1].word == "Administration"  # noqa: PLR2004  # two names

    def _word(  # noqa: PLR0913  # the state of one step
        self,
        reading: _Reading,
        run: list[Token],
        at: int,
        entry: tuple[int, int, str] | None,
        *,
        titled: bool,
        headline: bool,
    ) -> tuple[int, bool]:
        token = run[at]
        follows = self._next(run, at)
        is_given = token.word in self.given
        is_initial = len(token.word.rstrip(".")) == 1 and follows is not None
        if titled and not (entry and entry[2] in {"NORP", "ORG"} and not is_given):
            if entry and entry[2] == "LOC" and follows is None:
                reading.add(token.start, entry[1], "LOC" if token.link == OF else "PERSON")
                return entry[0], False
            size = self.person_length(reading, run, at, headline=headline)
            reading.add(token.start, run[at + size - 1].end, "PERSON")
            return size, False
        if (is_given or is_initial) and follows is not None and not (entry and entry[2] != "PERSON" and not is_given):
            size = self.person_length(reading, run, at, headline=headline)
            if size > 1:
                reading.add(token.start, run[at + size - 1].end, "PERSON")
                return size, False
        if entry:
            reading.add(token.start, entry[1], entry[2])
            return entry[0], False
        if token.word in self.loc_openers and follows is not None and token.word not in self.common:
            reading.add(token.start, follows.end, "LOC")
            return 2, False
        if token.word in self.event_openers and follows is not None:
            reading.add(token.start, follows.end, "EVENT")
            return 2, False
        return self._unknown(reading, run, at, headline=headline), False

    def _unknown(self, reading: _Reading, run: list[Token], at: int, *, headline: bool) -> int:
        token = run[at]
        if self.is_common(token.word, reading) or len(token.word) < 2:  # noqa: PLR2004  # a letter
            return 1
        size = 1
        while at + size < len(run):
            token_next = run[at + size]
            if token_next.link not in {SPACE, INITIAL, PARTICLE} or self.is_common(token_next.word, reading):
                break
            if token_next.word in self.titles or token_next.word in self.never or self.entry(reading, run, at + size):
                break
            size += 1
        if size == 1:
            reading.unclear.append((token, headline))
            return 1
        if headline:
            return size
        words = [one.word for one in run[at : at + size]]
        kind = "PERSON" if size <= _MAX_PERSON and all(not word.isupper() for word in words) else "ORG"
        reading.add(token.start, run[at + size - 1].end, kind)
        return size

    def settle(self, reading: _Reading) -> None:
        """Label the single words that were left, by names of the same text and by their neighbours."""
        for token, headline in reading.unclear:
            kind = reading.names.get(token.word) or self._by_neighbours(reading, token, headline=headline)
            if kind:
                reading.add(token.start, token.end, kind)

    def _by_neighbours(self, reading: _Reading, token: Token, *, headline: bool) -> str | None:
        word = token.word
        if word.isupper() and not headline:
            return "ORG" if 1 < len(word.replace(".", "")) <= _MAX_ACRONYM else None
        if headline or (word[0].islower() and not word[:3].endswith("-")):
            return None
        if word.endswith(_GROUP_ENDINGS):
            return "NORP"
        behind = reading.text[token.end : token.end + _BESIDE].split()
        ahead = reading.text[max(0, token.start - _BESIDE) : token.start].split()
        if word in self.given:
            return "PERSON"
        if token.first:
            return "PERSON" if behind and behind[0].strip(",.") in self.speech - {"was", "has", "had"} else None
        if ahead and ahead[-1].casefold() in self.place_words:
            return "LOC"
        return "PERSON"

    def __call__(self, text: str) -> tuple[Mention, ...]:
        """Recognise."""
        reading = _Reading(text=text, lower=frozenset(_lower_words(text)))
        tokens = capitalised(text, particles=self.particles, abbreviations=self.abbreviations)
        for run, headline in _runs(text, tokens):
            self.run(reading, run, headline=headline)
        self.settle(reading)
        if self.caseless is not None and not text.isascii():
            for found in self.caseless.finditer(text):
                start, end = found.span()
                reading.mentions.append(Mention(start, end, found.group(0), self.caseless_kinds[found.group(0)]))
        return without_overlaps(reading.mentions)


def _lower_words(text: str) -> set[str]:
    return {word for word in (piece.strip(".,;:!?\"'()“”‘’…—–") for piece in text.split()) if word.islower()}


def _runs(text: str, tokens: list[Token]) -> list[tuple[list[Token], bool]]:
    """Runs of linked words, each with whether its line is written like a headline."""
    runs: list[tuple[list[Token], bool]] = []
    line_end = -1
    line_start = 0
    headline = False
    begin = 0
    lines: list[tuple[int, int, int]] = []
    del lines
    counted: dict[int, int] = {}
    ends: list[int] = []
    for token in tokens:
        if token.start > line_end:
            line_start = text.rfind("\n", 0, token.start) + 1
            line_end = text.find("\n", token.start)
            line_end = len(text) if line_end < 0 else line_end
            ends.append(line_end)
            counted[line_end] = 0
        counted[ends[-1]] += 1
    del line_start, begin
    place = -1
    line_end = -1
    for token in tokens:
        if token.start > line_end:
            start = line_end + 1
            place += 1
            line_end = ends[place]
            words = len(text[start:line_end].split())
            headline = words >= _MIN_LINE and counted[line_end] >= _HEADLINE * words
        if token.link == NONE or not runs:
            runs.append(([token], headline))
        else:
            runs[-1][0].append(token)
    return runs


def recognizer(lexicon: Lexicon) -> Recognizer:
    """A recogniser that goes by these words; it holds no state between texts."""
    rules: Callable[[str], tuple[Mention, ...]] = _Rules(lexicon)
    return rules
