"""Boilerplate told by its words alone: the rule pack, checked when it is read, matched in linear time.

A rule pack is TOML: `[fragments]` names pieces of patterns, each `[[rule]]` is one rule, and `[cues.<language>]` is
for `cues.py`. A pattern is RE2 syntax without regard to case, meets the text with its typographic quotes and dashes
made plain (`plain`), and may hold a fragment as `%{name}`.
"""

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final, Literal

import re2

from transforms.boilerplate.cues import Cues, parse_cues
from transforms.errors import FixSettingsError

# A block rule is about a block of this many words at most, unless it says otherwise: the guard of long prose.
BLOCK_WORDS = 40
# No rule looks at a block that is longer: the longest real appeal of the development half had under 1,500 characters.
LONGEST_BLOCK = 4000
# How much of a long block's two ends is searched for a glued part; credits and promos are far shorter.
PART_REACH = 400
# Memory of one automaton; RE2's own 8 MiB is too little for a group of rules.
SET_MEMORY = 64 << 20
# Rules of one automaton. All in one make a new state at nearly every letter; one each repeats the pass over the text.
GROUP_RULES = 12
# A block is asked about again and again, by the split and by the labels: the answers of so many are remembered.
REMEMBERED = 2_048

Place = Literal["any", "start", "end"]
Scope = Literal["block", "part"]

_PLAIN: Final = {
    **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    **dict.fromkeys(
        "\u00a0\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u3000\t", " "
    ),
}
# One class: linear, and four times the speed of str.translate where few signs are not plain.
_NOT_PLAIN: Final = re.compile(f"[{''.join(_PLAIN)}]")


def plain(text: str) -> str:
    """The text with typographic quotes, dashes and spaces made plain, character by character (same length)."""
    return _NOT_PLAIN.sub(lambda found: _PLAIN[found[0]], text)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule.

    Args:
        name: Unique in its pack.
        reason: The short word for the `lines` table ("newsletter").
        publisher: Whose boilerplate it is, where it is one publisher's.
        pattern: RE2 pattern; a block rule must match the whole block, a part rule finds its piece.
        literal: The same as plain text; exactly one of the two is given.
        scope: "block", or "part" for a piece that may be glued to prose.
        place: For a block rule, where in the article it holds ("start": no prose above it, "end": none below
            it); for a part rule, where in the block the piece must stand.
        max_words: The longest block that the rule is about, in words.
        example: A text that it must match.
        counter_example: A text that it must not match.
    """

    name: str
    reason: str
    publisher: str | None = None
    pattern: str | None = None
    literal: str | None = None
    scope: Scope = "block"
    place: Place = "any"
    max_words: int = BLOCK_WORDS
    example: str
    counter_example: str


@dataclass(frozen=True, slots=True)
class Found:
    """A piece of a text that a part rule found, as character offsets."""

    rule: Rule
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RulePack:
    """All rules, ready to match.

    Args:
        rules: In the order of the file. Of several that match, the one about the shortest blocks gives the reason.
        cues: Words of the publisher's own voice, for `appeals.py`.
    """

    rules: tuple[Rule, ...]
    cues: Cues = field(repr=False, compare=False)
    _parts: tuple[tuple[Rule, Any], ...] = field(repr=False, compare=False)
    _matching: Callable[[str], tuple[Rule, ...]] = field(repr=False, compare=False)
    _part_set: Any = field(repr=False, compare=False)

    def match(self, text: str, *, at_start: bool = True, at_end: bool = True) -> Rule | None:
        """The first rule that says that the whole block is boilerplate, or None.

        Args:
            text: One block.
            at_start: Whether no prose stands above it in its article.
            at_end: Whether no prose stands below it.
        """
        if not text or len(text) > LONGEST_BLOCK:
            return None
        for rule in self._matching(text):
            if rule.place == "any" or (at_start if rule.place == "start" else at_end):
                return rule
        return None

    def parts(self, text: str) -> tuple[Found, ...]:
        """The pieces of a block that are boilerplate, in order, not overlapping; only the block's two ends are searched."""
        near = plain(text if len(text) <= 2 * PART_REACH else text[:PART_REACH] + "\n" + text[-PART_REACH:])
        hits = self._part_set.Match(near)
        if not hits:  # None where nothing matches
            return ()
        folded = plain(text)
        found: list[Found] = []
        for index in sorted(hits):
            rule, compiled = self._parts[index]
            for match in compiled.finditer(folded):
                start, end = match.span()
                if start < end and all(end <= other.start or other.end <= start for other in found):
                    found.append(Found(rule, start, end))
        return tuple(sorted(found, key=lambda piece: piece.start))


def parse_rules(toml_text: str) -> RulePack:
    """Read a rule pack.

    Raises:
        FixSettingsError: It is not TOML, a rule lacks a field or has an unknown one, a name stands twice, a pattern
            does not compile, or an example is not what it should be.
    """
    try:
        data = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise FixSettingsError(f"The boilerplate rules are not valid TOML: {error}.") from error
    fragments = data.get("fragments", {})
    rules = tuple(_read(entry, fragments) for entry in data.get("rule", ()))
    names = [rule.name for rule in rules]
    for name in names:
        if names.count(name) > 1:
            raise FixSettingsError(f"Two boilerplate rules are named {name!r}; give each its own name.")
    pack = _compile(rules, parse_cues(data.get("cues", {})))
    for rule in rules:
        _check_examples(rule)
    return pack


def _read(entry: Mapping[str, Any], fragments: Mapping[str, str]) -> Rule:
    name = entry.get("name", "?")
    try:
        rule = Rule(**entry)
    except TypeError as error:
        raise FixSettingsError(
            f"Boilerplate rule {name!r} has a missing or unknown field: {error}."
        ) from error
    if (rule.pattern is None) == (rule.literal is None):
        raise FixSettingsError(f"Boilerplate rule {name!r} must have either a pattern or a literal.")
    if rule.scope not in {"block", "part"} or rule.place not in {"any", "start", "end"}:
        raise FixSettingsError(f"Boilerplate rule {name!r} has an unknown scope or place.")
    if rule.pattern is None:
        return rule
    pattern = rule.pattern
    # Fragments may hold fragments, two deep.
    for _ in range(3):
        for key, value in fragments.items():
            pattern = pattern.replace(f"%{{{key}}}", f"(?:{value})")
    if "%{" in pattern:
        raise FixSettingsError(f"Boilerplate rule {name!r} names a fragment that is not there.")
    return replace(rule, pattern=pattern)


def _source(rule: Rule) -> str:
    """The rule's RE2 pattern, anchored where its place says."""
    body = rule.pattern if rule.pattern is not None else re2.escape(plain(rule.literal or ""))
    if rule.scope == "block":
        return f"(?is)(?:{body})"
    before = "^" if rule.place == "start" else ""
    after = "$" if rule.place == "end" else ""
    return f"(?i){before}(?:{body}){after}"


def _options() -> Any:  # noqa: ANN401 - re2 ships no types
    options = re2.Options()
    options.max_mem = SET_MEMORY
    options.never_capture = True
    options.log_errors = False
    return options


def _compile(rules: tuple[Rule, ...], cues: Cues) -> RulePack:
    blocks = [rule for rule in rules if rule.scope == "block"]
    # Rules for short blocks together: a long paragraph then meets only the few that are about long ones.
    order = sorted(range(len(blocks)), key=lambda i: (blocks[i].max_words, i))
    groups: list[tuple[int, tuple[Rule, ...], Any]] = []
    for start in range(0, len(order), GROUP_RULES):
        members = tuple(blocks[i] for i in order[start : start + GROUP_RULES])
        groups.append((members[-1].max_words, members, _automaton(members, re2.Set.FullMatchSet)))
    parts = tuple(rule for rule in rules if rule.scope == "part")
    compiled = tuple((rule, re2.compile(_source(rule), _options())) for rule in parts)
    return RulePack(rules, cues, compiled, _matcher(tuple(groups)), _automaton(parts, re2.Set.SearchSet))


def _matcher(groups: tuple[tuple[int, tuple[Rule, ...], Any], ...]) -> Callable[[str], tuple[Rule, ...]]:
    """All block rules that match a text, wherever it stands, those about the shortest blocks first."""

    @lru_cache(maxsize=REMEMBERED)
    def matching(text: str) -> tuple[Rule, ...]:
        words = text.count(" ") + 1
        folded = plain(text)
        return tuple(
            rules[index]
            for max_words, rules, automaton in groups
            if words <= max_words
            for index in sorted(automaton.Match(folded) or ())  # None where nothing matches
            if words <= rules[index].max_words
        )

    return matching


def _automaton(rules: tuple[Rule, ...], make: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - re2 ships no types
    automaton = make(_options())
    for rule in rules:
        try:
            automaton.Add(_source(rule))
        except re2.error as error:
            raise FixSettingsError(
                f"The pattern of boilerplate rule {rule.name!r} is not RE2: {error}."
            ) from error
    automaton.Compile()
    return automaton


def _check_examples(rule: Rule) -> None:
    """Each rule alone must match its example and leave its counter-example."""
    compiled = re2.compile(_source(rule), _options())

    def matches(text: str) -> bool:
        folded = plain(text)
        if rule.scope == "part":
            return compiled.search(folded) is not None
        return folded.count(" ") < rule.max_words and compiled.fullmatch(folded) is not None

    if not rule.example or not matches(rule.example):
        raise FixSettingsError(f"Boilerplate rule {rule.name!r} does not match its own example.")
    if not rule.counter_example or matches(rule.counter_example):
        raise FixSettingsError(f"Boilerplate rule {rule.name!r} matches its own counter-example.")
