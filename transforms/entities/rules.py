"""The rule-and-lexicon recogniser: capitalised runs read with word lists, then unclear words by what the text told.

Two passes. The first labels what the lexicon, the shape of a run or a title tells, and collects the names of persons;
the second labels single words that are left by those names and by the words beside them.

What is weak: English word order is assumed where no lexicon entry decides. An unknown pair of capitalised words is
taken for a person. Works, products and laws (MISC) and events without a head word are mostly missed. A text in a script
without case gets lexicon entries only. German nouns and lines in title case are kept out by how much is capitalised there,
which costs the unknown names in them.
"""

from collections import Counter

import re2

from transforms.entities.find import Mention, Recognizer, without_overlaps
from transforms.entities.foreign_text import has_capital_nouns
from transforms.entities.lexicon import Lexicon
from transforms.entities.phrases import Phrases, Reading
from transforms.entities.tokens import HYPHEN, INITIAL, NONE, OF, PARTICLE, SPACE, Token, capitalised
from transforms.tags.stopwords import ENGLISH

_MAX_GUESS = 4  # words of an unknown run that is taken for a person
_MAX_ACRONYM = 6  # letters
_HEADLINE = (
    0.1  # share of plain small words (no function words) up to which a line is in title case or capitals
)
_MIN_LINE = 4  # words; shorter lines are not judged
_BESIDE = 24  # characters before and behind a word that are looked at
_GROUP_ENDINGS = ("ians", "ists", "ites", "ese")
_STRIPPED = ".,;:!?\"'()“”‘’…—–"
_INITIALS = re2.compile(r"^(?:\p{Lu}\.?){1,3}$")
# A vote named in full: year, place or people, kind of vote.
_VOTE = re2.compile(
    r"(?:\p{Nd}{4} (?:\p{Lu}[\p{L}\p{M}.]+ ){1,4}|\p{Lu}[\p{L}\p{M}]+ )"
    r"(?:(?:presidential|general|federal|parliamentary|legislative|local|municipal|regional|state|gubernatorial|mayoral"
    r"|senate|constitutional|independence|European Parliament) )+"
    r"(?:elections?|referendum|by-election|primary|primaries)"
)
_VOTE_NEEDS = ("election", "referendum", "primar")


class _Rules:
    """The recogniser as a value: the lexicon made ready, no state between texts."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.phrases = Phrases(lexicon)
        self.particles = lexicon.cues["particles"]
        self.speech = lexicon.cues["speech"]
        self.place_words = lexicon.cues["place_words"]
        self.openers = dict.fromkeys(lexicon.cues["loc_openers"], "LOC")
        self.openers.update(dict.fromkeys(lexicon.cues["org_openers"], "ORG"))
        self.openers.update(dict.fromkeys(lexicon.cues["event_openers"], "EVENT"))
        self.caseless_kinds = lexicon.caseless
        self.caseless = None
        if lexicon.caseless:
            ordered = sorted(lexicon.caseless, key=lambda name: (-len(name), name))
            self.caseless = re2.compile("|".join(re2.escape(name) for name in ordered))

    def __call__(self, text: str) -> tuple[Mention, ...]:
        """The mentions of a text."""
        lower = frozenset(
            word for word in (piece.strip(_STRIPPED) for piece in text.split()) if word.islower()
        )
        reading = Reading(text=text, lower=lower)
        tokens = capitalised(text, particles=self.particles, abbreviations=self.phrases.abbreviations)
        for run, headline in _runs(text, tokens):
            self._read_run(reading, run, headline=headline)
        self._settle(reading)
        return without_overlaps([*reading.mentions, *self._patterns(text)])

    def _settle(self, reading: Reading) -> None:
        """Give each word that was left one type: what the text called it, else what most of its places say."""
        places: dict[str, list[Token]] = {}
        votes: dict[str, Counter[str]] = {}
        for token, headline in reading.unclear:
            places.setdefault(token.word, []).append(token)
            kind = reading.names.get(token.word) or self._by_neighbours(reading, token, headline=headline)
            if kind:
                votes.setdefault(token.word, Counter())[kind] += 1
        for word, counts in votes.items():
            kind = min(counts, key=lambda one: (-counts[one], one))
            for token in places[word]:
                reading.add(token.start, token.end, kind)

    def _patterns(self, text: str) -> list[Mention]:
        """What no run of capitalised words shows: votes, and names in scripts without case."""
        found: list[Mention] = []
        if any(word in text for word in _VOTE_NEEDS):
            for vote in _VOTE.finditer(text):
                start = vote.start()
                # "Russian presidential election" without its year is a people and a common noun.
                if text[start].isdigit() and not text[max(0, start - 1) : start].isalnum():
                    found.append(Mention(start, vote.end(), vote.group(0), "EVENT"))
        if self.caseless is not None and not text.isascii():
            found.extend(
                Mention(name.start(), name.end(), name.group(0), self.caseless_kinds[name.group(0)])
                for name in self.caseless.finditer(text)
            )
        return found

    def _read_run(self, reading: Reading, run: list[Token], *, headline: bool) -> None:
        at = 1 if len(run) > 1 and self._is_only_first(reading, run, headline=headline) else 0
        titled = False
        while at < len(run):
            title = 0 if titled else self._title(reading, run, at, headline=headline)
            if title:
                at, titled = at + title, True
                continue
            at += self._step(reading, run, at, titled=titled, headline=headline)
            titled = False

    def _is_only_first(self, reading: Reading, run: list[Token], *, headline: bool) -> bool:
        """Whether the first word of a sentence is capitalised for being first."""
        token = run[0]
        if not token.first or token.word in self.phrases.given:
            return False
        if headline or token.word in self.phrases.titles or token.word in self.phrases.heads:
            return token.word.casefold() in ENGLISH
        return self.phrases.entry(reading, run, 0) is None and self.phrases.is_common(token.word, reading)

    def _title(self, reading: Reading, run: list[Token], at: int, *, headline: bool) -> int:
        """Words of a person's title here, unless they begin another name ("General Motors", "Justice Department")."""
        size = self.phrases.title(run, at)
        if not size or self.phrases.chain(reading, run, at, headline=headline):
            return 0
        entry = self.phrases.entry(reading, run, at)
        if entry and entry[0] > 1:
            return 0
        # "Sheikh Hasina" and "Prince Harry" go on with a name; "Prince" alone may be one.
        if (
            run[at].word in self.phrases.given
            and at + 1 < len(run)
            and run[at + 1].word not in self.phrases.titles
        ):
            return 0
        return size

    def _step(self, reading: Reading, run: list[Token], at: int, *, titled: bool, headline: bool) -> int:
        """Label the phrase at a word; how many words it took."""
        token = run[at]
        entry = self.phrases.entry(reading, run, at)
        chain = None if titled else self.phrases.chain(reading, run, at, headline=headline)
        if not entry and not chain and (token.word in self.phrases.never or token.word.casefold() in ENGLISH):
            return 1
        if titled:
            return self._titled(reading, run, at, entry, headline=headline)
        if chain and (entry is None or chain[0] > entry[0]):
            reading.add(token.start, run[at + chain[0] - 1].end, chain[1])
            return chain[0]
        entry = self._with_place(reading, run, at, entry) if entry else None
        if entry and entry[0] > 1:
            reading.add(token.start, entry[1], entry[2])
            return entry[0]
        return self._person(reading, run, at, entry, headline=headline) or self._other(
            reading, run, at, entry, headline=headline
        )

    def _with_place(
        self, reading: Reading, run: list[Token], at: int, entry: tuple[int, int, str]
    ) -> tuple[int, int, str]:
        """An entry with the country behind it: “House of Commons of Canada”."""
        words, end, kind = entry
        place = at + words
        if kind == "ORG" and place < len(run) and reading.text[end : run[place].start] == " of ":
            country = self.phrases.entry(reading, run, place)
            if country and country[2] == "LOC":
                return words + country[0], country[1], kind
        return entry

    def _titled(
        self,
        reading: Reading,
        run: list[Token],
        at: int,
        entry: tuple[int, int, str] | None,
        *,
        headline: bool,
    ) -> int:
        """What stands behind a title: a person, but for “President of France” and “Minister, Russian”."""
        token = run[at]
        if entry and (entry[2] in {"NORP", "ORG"} or (entry[2] == "LOC" and token.link == OF)):
            reading.add(token.start, entry[1], entry[2])
            return entry[0]
        size = self.phrases.person_length(reading, run, at, headline=headline)
        reading.add(token.start, self.phrases.person_end(reading, run, at, size), "PERSON")
        return size

    def _person(
        self,
        reading: Reading,
        run: list[Token],
        at: int,
        entry: tuple[int, int, str] | None,
        *,
        headline: bool,
    ) -> int:
        """Words of a name that begins with a given name or initials; 0 if there is none."""
        token = run[at]
        follows = at + 1 < len(run) and run[at + 1].link in {SPACE, INITIAL, PARTICLE, HYPHEN}
        is_given = token.word in self.phrases.given
        is_initials = (
            _INITIALS.match(token.word) is not None and "." in reading.text[token.start : token.end + 1]
        )
        if not follows or not (is_given or (is_initials and entry is None)):
            return 0
        size = self.phrases.person_length(reading, run, at, headline=headline)
        if size > 1:
            reading.add(token.start, self.phrases.person_end(reading, run, at, size), "PERSON")
            return size
        return 0

    def _other(
        self,
        reading: Reading,
        run: list[Token],
        at: int,
        entry: tuple[int, int, str] | None,
        *,
        headline: bool,
    ) -> int:
        token = run[at]
        opener = self.openers.get(token.word)
        follows = run[at + 1] if at + 1 < len(run) and run[at + 1].link in {SPACE, INITIAL} else None
        if opener and follows and not headline and not self.phrases.is_common(follows.word, reading):
            reading.add(token.start, follows.end, opener)
            return 2
        if entry:
            kind = entry[2]
            if (
                kind in {"LOC", "ORG"}
                and reading.names.get(token.word) == "PERSON"
                and token.word not in self.openers
            ):
                kind = self._place_or_person(reading, token, kind)
            reading.add(token.start, entry[1], kind)
            return entry[0]
        return self._unknown(reading, run, at, headline=headline)

    def _place_or_person(self, reading: Reading, token: Token, kind: str) -> str:
        """“Jordan” in a text about Neil Jordan, unless a word of place stands before it."""
        return kind if _word_before(reading, token) in self.place_words else "PERSON"

    def _unknown(self, reading: Reading, run: list[Token], at: int, *, headline: bool) -> int:
        token = run[at]
        if self.phrases.is_common(token.word, reading) or len(token.word) == 1:
            return 1
        if headline:
            reading.unclear.append((token, headline))
            return 1
        size = 1
        while at + size < len(run) and self._is_unknown(reading, run, at + size):
            size += 1
        if size == 1:
            reading.unclear.append((token, headline))
        elif _word_before(reading, token) != "the":
            words = [one.word for one in run[at : at + size]]
            shouted = any(len(word) > 1 and word.isupper() for word in words)
            kind = "ORG" if shouted or size > _MAX_GUESS else "PERSON"
            reading.add(token.start, run[at + size - 1].end, kind)
        return size

    def _is_unknown(self, reading: Reading, run: list[Token], place: int) -> bool:
        token = run[place]
        phrases = self.phrases
        return (
            token.link in {SPACE, INITIAL, PARTICLE, HYPHEN}
            and token.word not in phrases.titles
            and token.word not in phrases.never
            and not phrases.is_common(token.word, reading)
            and phrases.entry(reading, run, place) is None
        )

    def _by_neighbours(self, reading: Reading, token: Token, *, headline: bool) -> str | None:
        """The type of a single word that nothing explains."""
        word = token.word
        if headline or word[0].islower() != ("-" in word[:4]):
            return None
        if word.isupper():
            return "ORG" if len(word.replace(".", "")) <= _MAX_ACRONYM else None
        if word.endswith(_GROUP_ENDINGS):
            return None if token.first else "NORP"
        behind = reading.text[token.end : token.end + _BESIDE].split()
        speaks = bool(behind) and behind[0].strip(",.") in self.speech
        if word in self.phrases.given or (speaks and not token.first):
            return "PERSON"
        if token.first:
            return (
                "PERSON"
                if speaks and behind[0] not in {"was", "has", "had"} and not word.endswith("s")
                else None
            )
        # Of such words without any cue one in six is a person and one in two no name at all: left out.
        return "LOC" if _word_before(reading, token) in self.place_words else None


def _word_before(reading: Reading, token: Token) -> str:
    ahead = reading.text[max(0, token.start - _BESIDE) : token.start].split()
    return ahead[-1].casefold() if ahead else ""


def _is_headline(line: str) -> bool:
    words = line.split()
    if len(words) < _MIN_LINE:
        return False
    small = sum(1 for word in words if word[0].islower() and word not in ENGLISH)
    return small <= _HEADLINE * len(words)


def _runs(text: str, tokens: list[Token]) -> list[tuple[list[Token], bool]]:
    """Runs of linked words, each with whether capitals say little there: a headline, or a language like German."""
    nouns = has_capital_nouns(text, sum(1 for token in tokens if not token.first))
    runs: list[tuple[list[Token], bool]] = []
    end = -1
    headline = False
    for token in tokens:
        if token.start > end:
            start = end + 1
            end = text.find("\n", token.start)
            end = len(text) if end < 0 else end
            headline = nouns or _is_headline(text[max(start, text.rfind("\n", start, token.start) + 1) : end])
        if token.link == NONE or not runs:
            runs.append(([token], headline))
        else:
            runs[-1][0].append(token)
    return runs


def recognizer(lexicon: Lexicon) -> Recognizer:
    """A recogniser that goes by these words: the same text always gives the same mentions."""
    return _Rules(lexicon)
