"""Reading the lexicon and the table of variants."""

import pytest

from transforms.entities.lexicon import Lexicon, parse_lexicon
from transforms.entities.names import parse_variants
from transforms.errors import FixSettingsError


def test_entries_lie_under_their_first_word_longest_first() -> None:
    """Peoples get a plural, names without case a list of their own."""
    lexicon = parse_lexicon(
        '[LOC]\ntowns = "Port Varn, Port, 北京"\n[NORP]\nnationalities = "Varnish"\n[cues]\ngiven = "Edith, Omar"'
    )
    assert isinstance(lexicon, Lexicon)
    assert lexicon.entries["Port"] == (("Port Varn", "LOC"), ("Port", "LOC"))
    assert lexicon.entries["Varnishs"] == (("Varnishs", "NORP"),)
    assert lexicon.caseless == {"北京": "LOC"}
    assert lexicon.cues["given"] == {"Edith", "Omar"}


@pytest.mark.parametrize("text", ["[LOC", '[LOC]\ntowns = ["Port"]', "[LOC]\ntowns = 3"])
def test_a_lexicon_of_another_form_is_refused(text: str) -> None:
    """With a sentence that says what to mend."""
    with pytest.raises(FixSettingsError, match="lexicon"):
        parse_lexicon(text)


@pytest.mark.parametrize("text", ["[LOC", "LOC = 3", '[LOC]\nPort = ["Varn"]'])
def test_variants_of_another_form_are_refused(text: str) -> None:
    """With a sentence that says what to mend."""
    with pytest.raises(FixSettingsError, match="variants"):
        parse_variants(text)
