"""Labelling one article: structure, cutting, order, and the real gold pages where they are at hand."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.boilerplate import is_boilerplate, key_hash, label, parse_rules
from transforms.records import Block, Role

RULES_TOML = Path(__file__).resolve().parents[3] / "transforms" / "boilerplate" / "rules.toml"
PACK = parse_rules(RULES_TOML.read_text(encoding="utf-8"))

PROSE = (
    "The ferry to the northern islands was cancelled on Monday after its engine failed.",
    "Harbour master Ada Quill told a crowd on the quay that spare parts would take a week.",
    "Farmers on the islands said that they had fodder for three days and not an hour more.",
    "A naval vessel will carry flour, diesel and post until the ferry is back in service.",
    "The line was last closed in the winter of the great ice, when sledges took its place.",
)


def blocks(*texts: str, gap: int = 1) -> list[Block]:
    """One block a text."""
    return [Block(line=i, raw=text, text=text, gap=gap) for i, text in enumerate(texts, start=1)]


def reasons(texts: Sequence[str], title: str | None = None) -> list[str | None]:
    """The reason of each block, None for prose."""
    return [block.reason for block in label(blocks(*texts), title=title, rules=PACK)]


def kept(texts: Sequence[str], title: str | None = None) -> list[str]:
    """What stays an article."""
    return [
        block.text for block in label(blocks(*texts), title=title, rules=PACK) if block.role is Role.ARTICLE
    ]


def test_prose_stays() -> None:
    """Plain prose keeps every line, sub-headings and short sentences too."""
    story = [PROSE[0], "What comes next", PROSE[1], PROSE[2], "“We wait.”", PROSE[3], PROSE[4]]
    assert kept(story) == story


def test_caption_that_stands_twice() -> None:
    """A caption and its second copy with a credit are both captions, several pairs on end."""
    story = [
        PROSE[0],
        "Islanders wait on the quay",
        "Islanders wait on the quay (Bo Reed/Lake Wire)",
        "The ferry in better days",
        "The ferry in better days (Lake Wire)",
        PROSE[1],
    ]
    assert reasons(story) == [None, "caption", "caption", "caption", "caption", None]


@pytest.mark.parametrize(
    "line",
    [
        "Ada Quill3 March 2031 10:45",
        "Von Ada Quill 3. März 2031, 10:45 Uhr",
        "Ada Quill 3 mars 2031 10h45",
        "Ада Квилл3 марта 2031 10:45",
    ],
)
def test_byline_glued_to_time_stamp(line: str) -> None:
    """A live blog's by-line and time stamp go, in several languages."""
    assert reasons([*PROSE[:2], line, *PROSE[2:]])[2] in {"byline", "timestamp"}


@pytest.mark.parametrize("line", ["Monday 3 March 2031", "3 March 2031", "March 2031"])
def test_date_as_a_heading_stays(line: str) -> None:
    """A bare date between paragraphs heads a part of a chronicle; above the story it is a time stamp."""
    assert reasons([*PROSE[:2], line, *PROSE[2:]])[2] is None


def test_title_again() -> None:
    """The title at the head of the body is a repeat."""
    assert (
        reasons(["Ferry fails, islands wait", *PROSE], title="Ferry Fails, Islands Wait")[0]
        == "repeated_title"
    )


def test_related_card_at_the_end() -> None:
    """Another headline and a teaser that breaks off in mid-sentence are a card; a copy that breaks off is not."""
    card = [
        "Islands count their fodder as ferry stays in port",
        "Islands in the north count bales of fodder while the ferry stays in port. The council has said that it",
    ]
    assert reasons([*PROSE, *card])[-2:] == ["related", "related"]
    broken = [
        "The long wait",
        "The council has met three times since Monday and has asked the navy whether it",
    ]
    assert kept([*PROSE, *broken]) == [*PROSE, *broken]


def test_capitals_in_mixed_prose() -> None:
    """Long lines in capitals are links; headings in capitals are not."""
    link = "NORTHERN ISLANDS TO RUN OUT OF FODDER BY FRIDAY, COUNCIL SAYS"
    assert reasons([*PROSE[:2], link, *PROSE[2:]])[2] == "related"
    headings = [PROSE[0], "THE WAIT", PROSE[1], "WHO CARRIES THE FLOUR", PROSE[2], "A COLD WINTER", PROSE[3]]
    assert kept(headings) == headings
    acronym = [PROSE[0], "NATO EU UN", *PROSE[1:]]
    assert kept(acronym) == acronym


def test_above_the_story() -> None:
    """A video's title and a kicker that boilerplate follows go; a deck above a by-line stays."""
    appeal = "Your support keeps our reporters at sea"
    assert reasons(["Drone flies over the ferry in port", appeal, *PROSE])[:2] == ["video", "donation"]
    assert reasons(["Long read.", "Sign up to our weekly newsletter", *PROSE])[0] == "series"
    assert reasons(["Islanders fear for their herds as the harbour falls silent", "By Ada Quill", *PROSE])[
        :2
    ] == [
        None,
        "byline",
    ]


def test_lead_in_to_nothing() -> None:
    """A line that ends in "writes:" goes when boilerplate follows, and stays when prose does."""
    lead = "Islands correspondent Ada Quill writes:"
    assert reasons([*PROSE[:3], lead, "Advertisement", *PROSE[3:]])[3] == "related"
    assert reasons([*PROSE[:3], lead, *PROSE[3:]])[3] is None


def test_paragraph_between_two_appeals() -> None:
    """A paragraph of an appeal goes with the two that hold it."""
    story = [
        "Your support helps us to report from the islands",
        "From the quay to the council, our reporters are there when the news breaks, in all weathers.",
        "Your donation keeps them there.",
        *PROSE,
    ]
    assert reasons(story) == ["donation"] * 3 + [None] * 5


def test_tail_after_head() -> None:
    """After the last paragraph, headlines under a head of related pieces go."""
    story = [*PROSE, "You may also like", "Ten boats to see", "Winter on the islands", "3 Comments"]
    assert reasons(story)[5:] == ["related", "related", "related", "comments"]


def test_headline_under_related_head_in_the_middle() -> None:
    """Within the story only the headline right under the head goes, not the prose."""
    story = [*PROSE[:2], "Related", "Council asks navy for help with flour", *PROSE[2:]]
    assert reasons(story) == [None, None, "related", "related", None, None, None]


def test_navigation_list() -> None:
    """The items set close under “Here's what we're covering” go."""
    texts = [
        PROSE[0],
        "Here’s what we’re covering:",
        "The ferry is in port.",
        "The navy is on its way.",
        PROSE[1],
    ]
    listed = [Block(line=i, raw=text, text=text, gap=0 if i in {2, 3} else 1) for i, text in enumerate(texts)]
    assert [block.reason for block in label(listed, title=None, rules=PACK)] == [
        None,
        "navigation",
        "navigation",
        "navigation",
        None,
    ]


def test_author_at_the_end_only() -> None:
    """A life of the author goes below the story; the same words within it stay."""
    life = "Ada Quill is a senior reporter who writes about ships for the Lakepress."
    assert reasons([*PROSE, "Ada Quill", life])[5:] == ["byline", "bio"]
    assert reasons([*PROSE[:2], life, *PROSE[2:]])[2] is None


def test_agency_glued_at_both_ends_and_doubled_text() -> None:
    """A credit glued on both sides is a credit; a headline that stands twice in its block is a link."""
    assert reasons([PROSE[0], "Alamy The ferry (Credit: Alamy)Alamy", *PROSE[1:]])[1] in {"credit", "caption"}
    assert reasons([*PROSE, "Navy sends flour Navy sends flour"])[-1] == "related"


def test_furniture_again_and_again() -> None:
    """A short line that stands three times between paragraphs goes, whatever its words; table cells stay."""
    story = [PROSE[0], "Xyzzy plugh", PROSE[1], "Xyzzy plugh", PROSE[2], "Xyzzy plugh", PROSE[3]]
    assert reasons(story) == [None, "repeated", None, "repeated", None, "repeated", None]
    table = [PROSE[0], "Meal", "Eggs", "Meal", "Rice", "Meal", "Beans", PROSE[1]]
    assert kept(table) == table


def test_section_break_stays_and_loose_rule_goes() -> None:
    """Stars between paragraphs stay; a rule above a credit goes."""
    assert reasons([*PROSE[:2], "* * *", *PROSE[2:]])[2] is None
    assert reasons([*PROSE, "___", "Reporting by Ada Quill; editing by Bo Reed"])[5:] == [
        "separator",
        "contributor",
    ]


def test_credit_glued_to_prose_is_cut_off() -> None:
    """Prose keeps its words; the credit glued to it is a piece of its own with the same line."""
    text = PROSE[0] + " " + PROSE[1] + " " + PROSE[2] + " " + PROSE[3] + " (Reuters)"
    pieces = label([Block(line=7, raw="• " + text, text=text, marker="•")], title=None, rules=PACK)
    assert [(piece.role, piece.part, piece.line) for piece in pieces] == [
        (Role.ARTICLE, 1, 7),
        (Role.BOILERPLATE, 2, 7),
    ]
    assert pieces[0].text.endswith("service.")
    assert "".join(piece.text for piece in pieces) == text
    assert "".join(piece.raw for piece in pieces) == "• " + text


def test_uncuttable_raw_is_left_whole() -> None:
    """Where raw and text differ in more than white space, the block stays whole rather than be cut wrongly."""
    text = " ".join(PROSE) + " (Reuters)"
    pieces = label([Block(line=1, raw="x", text=text)], title=None, rules=PACK)
    assert [piece.text for piece in pieces] == [text]


def test_repeated_blocks_of_the_corpus() -> None:
    """A block whose key is among the repeated ones goes."""
    labelled = label(blocks(*PROSE), title=None, rules=PACK, repeated=frozenset({key_hash("the ferry")}))
    assert all(block.role is Role.ARTICLE for block in labelled)
    labelled = label(blocks(*PROSE), title=None, rules=PACK, repeated=frozenset({key_hash(PROSE[2])}))
    assert [block.reason for block in labelled] == [None, None, "repeated", None, None]


def test_other_roles_pass_through() -> None:
    """A block that has another role already is left as it is."""
    summary = Block(line=1, raw="Advertisement", text="Advertisement", role=Role.SUMMARY)
    assert label([summary], title=None, rules=PACK) == (summary,)


def test_is_boilerplate_on_single_blocks() -> None:
    """One line alone, told by rules that hold anywhere."""
    assert is_boilerplate("Sign up to our weekly newsletter", PACK)
    assert not is_boilerplate(PROSE[0], PACK)


@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                [
                    *PROSE,
                    "Advertisement",
                    "Related",
                    "Ada Quill",
                    "* * *",
                    "The long wait",
                    PROSE[0] + " (AP)",
                ]
            ),
            st.text(min_size=1, max_size=80).map(str.strip).filter(bool),
        ),
        max_size=12,
    ),
)
def test_every_block_comes_back_in_order(texts: list[str]) -> None:
    """Whatever the blocks, each comes back, in order, whole or in pieces that join to it, with a role and a reason."""
    given_blocks = blocks(*texts)
    labelled = label(given_blocks, title=texts[0] if texts else None, rules=PACK)
    lines: dict[int, str] = {}
    for block in labelled:
        lines[block.line] = lines.get(block.line, "") + block.text
        assert (block.role is Role.BOILERPLATE) == (block.reason is not None)
        assert block.role in {Role.ARTICLE, Role.BOILERPLATE}
    assert list(lines.items()) == [(block.line, block.text) for block in given_blocks]


def test_hostile_blocks_end() -> None:
    """Long and odd blocks come back."""
    texts = [" " * 100_000, "x" * 100_000, "(" * 50_000 + ")" * 50_000, "A " * 50_000, *["Related"] * 2_000]
    assert len(label(blocks(*texts), title="x" * 100_000, rules=PACK)) == len(texts)
