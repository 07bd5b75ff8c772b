"""Lines of an article told from the lines of its site, on pages of our own invention."""

import json
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import FixSettingsError
from transforms.lines import LinesModel, article_span, parse_lines_model, score_lines
from transforms.lines.features import LINE_FEATURES, line_features
from transforms.lines.headline import find_headline

TEXT = (files("transforms") / "lines" / "model.json").read_text("utf-8")
TOP = [
    "Skip to content",
    "Subscribe",
    "Log in",
    "Home",
    "Islands",
    "Weather",
    "Sport",
    "Opinion",
    "Obituaries",
]
TITLE = "Ferry to Brannick Sound stays in port for a third week"
HEAD = ["By Odile Marsh", "12 March 2031, 09:40", "Share this article"]
ARTICLE = """
The ferry that links Brannick Sound with the mainland will stay in port for a third week, its owner said on Tuesday, after divers found that both of its propellers had been bent by a log.
“We had hoped to sail by Sunday,” said the harbour master, Tomas Ivarsen, “but the part has to come by rail, and the railway has its own troubles.”
About 400 islanders have been living on what the fishing boats bring over. The baker closed on Friday, because there was no flour left, and the school has sent its boarders to stay with families in the village.
A winter without a boat
It is the second time in four years that the sound has been cut off in winter. In 2028 the ferry lay idle for a month while the council and the owner argued about who should pay for a new engine.
“People remember that month,” Mr. Ivarsen said.
The council will meet on Thursday to decide whether to hire a barge from the shipyard at Kelm, which would cost it about 9,000 crowns a day.
""".strip().split("\n")
BELOW = [
    "Most read",
    "Seal found asleep in the post office",
    "Council looks for a new lamplighter",
    "About us",
    "Privacy",
    "Cookie settings",
    "© 2031 The Brannick Post",
]
CARDS = ["Advertisement", "Read more", "The barge that nobody wanted", "Sign up to our newsletter"]


@pytest.fixture(scope="module")
def model() -> LinesModel:
    return parse_lines_model(TEXT)


def page() -> tuple[list[str], list[bool]]:
    lines = [*TOP, TITLE, *HEAD, *ARTICLE[:3], *CARDS, *ARTICLE[3:], *BELOW]
    return lines, [line in ARTICLE for line in lines]


def test_prose_of_the_article_is_likelier_than_the_furniture_around_it(model: LinesModel) -> None:
    """Every paragraph is likelier than not, and every line of navigation, card and footer is not."""
    lines, answers = page()
    for line, likely in zip(lines, score_lines(lines, model=model), strict=True):
        if line in ARTICLE and len(line) > 60:
            assert likely > 0.5, line
        elif line not in ARTICLE:
            assert likely < 0.5, line
    assert sum(answers) == len(ARTICLE)


def test_the_span_goes_from_the_first_paragraph_to_the_last_over_what_stands_between(
    model: LinesModel,
) -> None:
    """Sub-heading, one-line quote and cards lie within one run; headline and footer without."""
    lines, _ = page()
    span = article_span(score_lines(lines, model=model), lines)
    assert span is not None
    assert (lines[span.start], lines[span.stop - 1]) == (ARTICLE[0], ARTICLE[-1])


def test_the_headline_is_found_above_by_line_and_date(model: LinesModel) -> None:
    """Neither navigation nor by-line is taken for the headline."""
    lines, _ = page()
    likely = score_lines(lines, model=model)
    span = article_span(likely, lines)
    assert span is not None
    found = find_headline(lines, likely, span, weights=model.headline)
    assert found is not None
    assert lines[found] == TITLE


def test_a_mark_of_a_heading_outweighs_a_caption(model: LinesModel) -> None:
    """A line that is marked as the heading is taken, where the words alone would leave two to choose from."""
    caption = "The ferry of Brannick Sound in port, with its owner"
    lines = [*TOP, TITLE, caption, *HEAD, *ARTICLE, *BELOW]
    likely = score_lines(lines, model=model)
    span = article_span(likely, lines)
    assert span is not None
    for marked in (TITLE, caption):
        found = find_headline(
            lines, likely, span, weights=model.headline, headings=frozenset({lines.index(marked)})
        )
        assert found is not None
        assert lines[found] == marked


def test_a_clean_text_is_all_article(model: LinesModel) -> None:
    """Without a site around it, the whole text is one run."""
    likely = score_lines(ARTICLE, model=model)
    assert article_span(likely, ARTICLE) == range(len(ARTICLE))


@pytest.mark.parametrize(
    ("line", "feature", "value"),
    [
        ("The boat sailed at noon from the old harbour with forty people on board.", "long_sentence", 1.0),
        ("THE BOAT SAILED", "all_capitals", 1.0),
        ("(Photo: Odile Marsh)", "bracketed", 1.0),
        ("© 2031", "has_copyright", 1.0),
        ("船は四十人を乗せて正午に古い港を出て、北の島へ向かったと町長が話した。", "long_sentence", 1.0),
        ("Home | Sport", "has_bar", 1.0),
        ("17", "one_number", 1.0),
    ],
)
def test_features_say_what_a_line_looks_like(line: str, feature: str, value: float) -> None:
    """Each named feature is what its name says, in scripts without spaces too."""
    assert line_features([line])[0][LINE_FEATURES.index(feature)] == value


def test_a_model_of_other_features_is_refused() -> None:
    """A file with a feature more is not read as if it were this version's."""
    told = json.loads(TEXT)
    told["passes"][0]["weights"]["made_up"] = 1.0
    with pytest.raises(FixSettingsError, match="lines_model"):
        parse_lines_model(json.dumps(told))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=30))
def test_any_lines_get_a_probability_each(lines: list[str]) -> None:
    """Whatever the text, there is one probability a line, the span lies within, and twice is the same."""
    model = parse_lines_model(TEXT)
    likely = score_lines(lines, model=model)
    assert len(likely) == len(lines)
    assert all(0.0 <= p <= 1.0 for p in likely)
    assert likely == score_lines(lines, model=model)
    span = article_span(likely, lines)
    assert span is None or 0 <= span.start < span.stop <= len(lines)
