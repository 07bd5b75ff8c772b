"""The rule pack: every rule's own examples, and what a broken pack is told."""

from pathlib import Path

import pytest

from transforms.boilerplate import Rule, parse_rules
from transforms.errors import FixSettingsError

RULES_TOML = Path(__file__).resolve().parents[3] / "transforms" / "boilerplate" / "rules.toml"
PACK = parse_rules(RULES_TOML.read_text(encoding="utf-8"))

GOOD = """
[[rule]]
name = "{name}"
reason = "related"
pattern = '''{pattern}'''
example = "See also: eels"
counter_example = "Eels also see"
"""


def alone(rule: Rule) -> str:
    """A pack of this rule only."""
    fields = {
        "name": rule.name,
        "reason": rule.reason,
        "pattern": rule.pattern,
        "literal": rule.literal,
        "scope": rule.scope,
        "place": rule.place,
        "example": rule.example,
        "counter_example": rule.counter_example,
    }
    lines = [f"{name} = {_toml(value)}" for name, value in fields.items() if value is not None]
    return "\n".join(["[[rule]]", f"max_words = {rule.max_words}", *lines])


def _toml(value: str) -> str:
    return f"'''{value}'''"


@pytest.mark.parametrize("rule", PACK.rules, ids=lambda rule: rule.name)
def test_rule_matches_its_example_and_leaves_its_counter_example(rule: Rule) -> None:
    """Each rule, alone in a pack, finds its example and not its counter-example."""
    pack = parse_rules(alone(rule))
    if rule.scope == "part":
        assert [found.rule.name for found in pack.parts(rule.example)] == [rule.name]
        assert pack.parts(rule.counter_example) == ()
    else:
        assert pack.match(rule.example) == pack.rules[0]
        assert pack.match(rule.counter_example) is None


@pytest.mark.parametrize(
    "rule", [rule for rule in PACK.rules if rule.scope == "block"], ids=lambda rule: rule.name
)
def test_whole_pack_knows_every_example(rule: Rule) -> None:
    """No rule hides behind the grouping: the whole pack gives some reason for each example."""
    assert PACK.match(rule.example, at_start=rule.place == "start", at_end=rule.place == "end") is not None


def test_reasons_are_short_words() -> None:
    """A reason is one lower-case word, as in the lines table."""
    assert all(rule.reason.isidentifier() and rule.reason.islower() for rule in PACK.rules)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[[rule", "not valid TOML"),
        (GOOD.format(name="a", pattern="see also: .*") * 2, "Two boilerplate rules are named 'a'"),
        (GOOD.format(name="a", pattern="eels"), "does not match its own example"),
        (GOOD.format(name="a", pattern=".*also.*"), "matches its own counter-example"),
        (GOOD.format(name="a", pattern="see (also"), "is not RE2"),
        (GOOD.format(name="a", pattern="(?=see).*"), "is not RE2"),
        (GOOD.format(name="a", pattern="%{nothing} .*"), "names a fragment that is not there"),
        (GOOD.format(name="a", pattern="see also: .*") + 'literal = "x"\n', "either a pattern or a literal"),
        (GOOD.format(name="a", pattern="see also: .*") + 'place = "middle"\n', "unknown scope or place"),
        (GOOD.format(name="a", pattern="see also: .*") + "colour = 3\n", "missing or unknown field"),
        ('[[rule]]\nname = "a"\n', "missing or unknown field"),
    ],
)
def test_broken_pack_is_refused_in_one_sentence(toml: str, said: str) -> None:
    """A pack that cannot be right is refused when it is read, with the rule's name."""
    with pytest.raises(FixSettingsError, match=said):
        parse_rules(toml)


def test_literal_and_place_and_length() -> None:
    """A literal matches as plain text, only at its place, and only in a block that is short enough."""
    pack = parse_rules(
        """
        [[rule]]
        name = "stub"
        reason = "source"
        literal = "Read it there (really)."
        place = "end"
        max_words = 4
        example = "read it there (really)."
        counter_example = "Read it there really"
        """,
    )
    assert pack.match("Read it there (really).", at_end=True) is not None
    assert pack.match("Read it there (really).", at_end=False) is None
    assert pack.match("") is None


def test_empty_pack_matches_nothing() -> None:
    """A pack without rules is allowed and finds nothing."""
    pack = parse_rules("")
    assert pack.match("Advertisement") is None
    assert pack.parts("Advertisement") == ()


@pytest.mark.parametrize(
    "text",
    [
        " " * 100_000,
        "a" * 100_000,
        "(" * 100_000,
        "By A" * 30_000,
        "\u0301" * 50_000,
        "… " * 3_000,
        "1 " * 1_900,
        "«" * 4_000,
    ],
)
def test_hostile_text_ends(text: str) -> None:
    """Long and odd lines come back."""
    PACK.match(text)
    PACK.parts(text)
