"""What the pipeline knows, as one value: rules, phrases, cues, lexicon and the split model, each read from its data file."""

from collections.abc import Mapping
from dataclasses import dataclass

from transforms.boilerplate import RulePack, parse_rules
from transforms.entities.lexicon import Lexicon, parse_lexicon
from transforms.entities.names import Variants, parse_variants
from transforms.publishers import PublisherCues, parse_publishers
from transforms.split import Phrases, SplitModel, parse_phrases, parse_split_model

# Each data file's place in the package `transforms`.
SOURCES = {
    "boilerplate": "boilerplate/rules.toml",
    "phrases": "split/phrases.toml",
    "split": "split/model.json",
    "publishers": "publishers/cues.toml",
    "lexicon": "entities/lexicon.toml",
    "variants": "entities/variants.toml",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """Everything that is data and not code."""

    rules: RulePack
    phrases: Phrases
    split: SplitModel
    publishers: PublisherCues
    lexicon: Lexicon
    variants: Variants


def parse_knowledge(sources: Mapping[str, str]) -> Knowledge:
    """The value out of the texts of its data files, keyed as in SOURCES.

    Raises:
        FixSettingsError: A file does not hold what it should.
    """
    return Knowledge(
        rules=parse_rules(sources["boilerplate"]),
        phrases=parse_phrases(sources["phrases"]),
        split=parse_split_model(sources["split"]),
        publishers=parse_publishers(sources["publishers"]),
        lexicon=parse_lexicon(sources["lexicon"]),
        variants=parse_variants(sources["variants"]),
    )
