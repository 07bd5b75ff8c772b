"""Publishers are told by cues, and not told where the cues are thin or contradict each other."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import FixSettingsError
from transforms.publishers import PublisherCues, find_publisher, parse_publishers
from transforms.publishers.cues import TAG_END, TAG_START
from transforms.publishers.find import _hits, _tagged
from transforms.records import Block

TOML = (Path(__file__).parents[3] / "transforms" / "publishers" / "cues.toml").read_text("utf-8")
CUES = parse_publishers(TOML)


def told(
    *lines: str, title: str | None = None, section: str | None = None, cues: PublisherCues = CUES
) -> str | None:
    """The name that is told for an article of these lines."""
    blocks = [Block(line=number, raw=line, text=line) for number, line in enumerate(lines, 1)]
    publisher = find_publisher(title=title, section=section, blocks=blocks, cues=cues)
    return publisher.name if publisher else None


@pytest.mark.parametrize("number", range(len(CUES.cues)))
def test_every_cue_holds_for_its_example_only(number: int) -> None:
    """Each cue of the file is found in its example and not in its counter-example."""
    cue = CUES.cues[number]
    example, counter_example = (
        text if cue.publisher else _tagged(text, cues=CUES) for text in (cue.example, cue.counter_example)
    )
    assert list(_hits(cue, text=example, cues=CUES))
    assert not list(_hits(cue, text=counter_example, cues=CUES))


def test_the_list_is_broad() -> None:
    """The list holds the agencies and the papers of many countries, each once."""
    names = {form.publisher for form in CUES.forms}
    assert len(names) > 250
    assert {
        "The Associated Press",
        "Le Monde",
        "朝日新聞",
        "The Kyiv Independent",
        "Folha de S.Paulo",
    } <= names


def test_attribution_is_no_cue() -> None:
    """An article that quotes others is not theirs."""
    assert (
        told("The mayor told Reuters that it rained.", "CNN reported floods, according to AFP.", "It is wet.")
        is None
    )


@pytest.mark.parametrize(
    "line",
    [
        "The plan was first reported by The New York Times.",
        "In an interview with Fox News he said that it rained.",
        "“It rained”, he told the BBC on Tuesday.",
        "According to CNN, the mayor told The Guardian that Reuters was right.",
        "The mayor gave Newsweek and Slate copies of his letter.",
        "An Associated Press photographer Jane Roe was hurt.",
        "The Wall Street Journal reported the same, The Hill wrote.",
        "He is an editor of The Nation.",
        "He was arrested while reporting for The Wall Street Journal.",
        "NPR is funded by its member stations.",
        "Photo courtesy of NBC News",
        "Credit: Reuters",
    ],
)
def test_naming_a_publisher_is_no_cue(line: str) -> None:
    """Publishers that an article speaks of have not written it."""
    assert told(line, "It rained.", line) is None


def test_attribution_at_the_end_of_a_title_is_no_cue() -> None:
    """A dash and an often-quoted name at the end of a title is an attribution."""
    assert told("It rained.", title="Mayor wants a bigger umbrella – Reuters") is None


def test_a_title_suffix_names_the_publisher() -> None:
    """A bar and a name at the end of the title is the page title of the publisher."""
    assert told("It rained.", title="Mayor wants a bigger umbrella", section="Reuters") == "Reuters"
    assert told("It rained.", title="Mayor wants a bigger umbrella - The Moscow Times") == "The Moscow Times"


def test_the_agency_wrote_what_a_paper_took_over() -> None:
    """A dateline of an agency outweighs the copyright line of the paper."""
    lines = (
        "MARLTON (AP) — It rained on Tuesday.",
        "It went on.",
        "Copyright © 2031 The Washington Times, LLC.",
    )
    assert told(*lines) == "The Associated Press"


def test_two_publishers_cancel_out() -> None:
    """Two promotions of two papers tell nothing."""
    assert told("It rained.", "Follow Slate on X.", "Follow Newsweek on X.") is None


def test_house_style_alone_can_tell() -> None:
    """Middle initials and courtesy titles together are a house style."""
    assert told("President Vladimir V. Putin met Mr. Roe.", "Mr. Roe was late.") == "The New York Times"


def test_photo_credits_are_no_cue() -> None:
    """A photograph of an agency does not make the article its own."""
    assert (
        told("It rained.", "Jane Roe/AFP", "Photo: Jane Roe, Reuters", "© AFP", "(AP Photo/Jane Roe)") is None
    )


def test_an_unknown_name_is_taken_from_a_credit() -> None:
    """A name that is not in the list is taken where the credit is plain and the name is a paper's."""
    assert (
        told("It rained.", "This article was originally published by The Marl Valley Courier.")
        == "The Marl Valley Courier"
    )
    assert told("It rained.", "© 2031 The Marl Gazette. All rights reserved.") == "The Marl Gazette"
    assert told("It rained.", "Source: News agencies") is None
    assert told("It rained.", "Source: Ministry of Rain") is None


def test_a_feed_foot_names_the_blog() -> None:
    """The foot of a feed names the site that copied, not the writer."""
    assert told("It rained.", "The post Rain in Marl appeared first on The Marl Courier.") is None


def test_part_of_a_word_is_no_name() -> None:
    """A name inside a longer word or host is not the name."""
    assert told("It rained.", "Follow Slateford on X.", "Write to a@notslate.com.") is None


def test_evidence_is_quoted_and_short() -> None:
    """The evidence is in the text and at most 120 characters long."""
    line = "Sign up to " + "the very good and most " * 2 + "The Independent newsletter" + " today" * 100
    publisher = find_publisher(
        title=None, section=None, blocks=[Block(line=1, raw=line, text=line)], cues=CUES
    )
    assert publisher is not None
    assert publisher.evidence in line
    assert len(publisher.evidence) <= 120


def test_nothing_is_told_of_nothing() -> None:
    """No title and no blocks give no publisher."""
    assert told() is None


@pytest.mark.parametrize(
    "toml",
    [
        "publishers = 3",
        "publishers = [",
        "publishers = [{ nam = 'x' }]\nnews_words = []",
        "news_words = []\npublishers = []\n[[cue]]\npublisher = 'X'\nwhere = 'any'\nweight = 1\nall = ['x']",
        "news_words = []\npublishers = []\n[[frame]]\nid = 'x'\nwhere = 'any'\nweight = 1\npattern = '('\nexample = ''\ncounter_example = ''",
        "news_words = []\npublishers = []\n[[frame]]\nid = 'x'\nwhere = 'nowhere'\nweight = 1\npattern = 'x'\nexample = ''\ncounter_example = ''",
    ],
)
def test_a_malformed_file_is_a_settings_error(toml: str) -> None:
    """A cue file that cannot be used is refused when it is read."""
    with pytest.raises(FixSettingsError):
        parse_publishers(toml)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.text(alphabet=f"aT e©({TAG_START}n1{TAG_END}\n|-", max_size=30), max_size=20))
def test_any_text_is_borne(lines: list[str]) -> None:
    """No text makes it fail, not even one that holds the tags used inside."""
    told(*lines, title="x")


def test_a_hostile_text_takes_linear_time() -> None:
    """Half a million names in one block are read in a moment."""
    assert told("© The Sun " * 50_000 + "Follow " * 50_000) is None
