"""What the pipeline knows, as one value: rules, phrases, cues, lexicon and models, each read from its data file."""

from collections.abc import Mapping
from functools import cached_property

from transforms.boilerplate import RulePack, parse_rules
from transforms.entities.lexicon import Lexicon, parse_lexicon
from transforms.entities.names import Variants, parse_variants
from transforms.lines import LinesModel, parse_lines_model
from transforms.markup.article_model import ArticleModel, parse_article_model
from transforms.publishers import PublisherCues, parse_publishers
from transforms.split import Phrases, SplitModel, parse_phrases, parse_split_model

# Each data file's place in the package `transforms`.
SOURCES = {
    "boilerplate": "boilerplate/rules.toml",
    "phrases": "split/phrases.toml",
    "split": "split/model.json",
    "lines": "lines/model.json",
    "article": "markup/article_model.json",
    "publishers": "publishers/cues.toml",
    "lexicon": "entities/lexicon.toml",
    "variants": "entities/variants.toml",
    "countries": "entities/countries.toml",
    "peoples": "entities/peoples.toml",
    "words": "entities/words.toml",
    "doubtful": "entities/doubtful.toml",
    "towns": "entities/towns.toml",
}


class Knowledge:
    """Everything that is data and not code, each part parsed when it is first asked for: no process needs them all.

    Args:
        sources: The texts of the data files, keyed as in SOURCES.

    Raises:
        FixSettingsError: On first use, where a file does not hold what it should.
    """

    def __init__(self, sources: Mapping[str, str]) -> None:
        self.sources = sources

    @cached_property
    def rules(self) -> RulePack:
        """What is boilerplate wherever it stands."""
        return parse_rules(self.sources["boilerplate"])

    @cached_property
    def phrases(self) -> Phrases:
        """What language models like to say."""
        return parse_phrases(self.sources["phrases"])

    @cached_property
    def split(self) -> SplitModel:
        """Weights of the article apart from its summary."""
        return parse_split_model(self.sources["split"])

    @cached_property
    def lines(self) -> LinesModel:
        """Weights of the article's lines apart from the page's."""
        return parse_lines_model(self.sources["lines"])

    @cached_property
    def article(self) -> ArticleModel:
        """Weights of an article's texts apart from the rest of its web page."""
        return parse_article_model(self.sources["article"])

    @cached_property
    def publishers(self) -> PublisherCues:
        """What tells who wrote an article."""
        return parse_publishers(self.sources["publishers"])

    @cached_property
    def lexicon(self) -> Lexicon:
        """Names that are known."""
        return parse_lexicon(self.sources["lexicon"])

    @cached_property
    def variants(self) -> Variants:
        """Names that are one."""
        tables = {name: self.sources[name] for name in ("countries", "peoples", "words", "doubtful", "towns")}
        return parse_variants(self.sources["variants"], **tables)
