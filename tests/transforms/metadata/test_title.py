"""The headline by agreement."""

import pytest

from transforms.metadata.title import MAX_CHARS, Told, choose_title, neat_title

OTTERS = "Otters return to the upper Wye"


@pytest.mark.parametrize(
    "told",
    [
        Told(title=f"{OTTERS} | The Wren", sites=("The Wren",)),
        Told(title=f"{OTTERS} - Nature - The Wren", headings=(OTTERS,)),
        Told(title=f"The Wren: {OTTERS}", sites=("The Wren",)),
        Told(opengraph=f"{OTTERS} - wren.example", sites=("wren.example",)),
        Told(jsonld=OTTERS, opengraph=f"{OTTERS} – The Wren", headings=("Log in", OTTERS)),
        Told(headings=(OTTERS,)),
        Told(headings=("The Wren",), opengraph=OTTERS, title=f"{OTTERS} | The Wren", sites=("The Wren",)),
        Told(jsonld="Otters return to the <em>upper</em> Wye"),
        Told(jsonld="Otters return to the upper&amp;nbsp;Wye"),
    ],
)
def test_the_site_is_no_part_of_it(told: Told) -> None:
    """The site's name, sections and markup are taken off, whoever tells the headline."""
    assert choose_title(told) == OTTERS


def test_most_votes_win() -> None:
    """What three say goes before what one says."""
    told = Told(
        jsonld=OTTERS,
        headings=(OTTERS,),
        title=f"{OTTERS} | Wren",
        opengraph="You will not believe these otters",
    )
    assert choose_title(told) == OTTERS


def test_jsonld_wins_even_votes() -> None:
    """Two against two: JSON-LD's is taken."""
    told = Told(
        jsonld=OTTERS,
        headings=(OTTERS,),
        title="Wye otters: why they are back",
        opengraph="Wye otters: why they are back",
    )
    assert choose_title(told) == OTTERS


def test_a_second_heading_that_prints_it_wins() -> None:
    """A first heading for search engines is passed over for the printed one."""
    told = Told(
        jsonld="River Wye: all about otters",
        headings=("River Wye: all about otters",),
        title="River Wye: all about otters",
        opengraph=OTTERS,
        subheadings=(f"Nature {OTTERS}",),
    )
    assert choose_title(told) == OTTERS


def test_kicker_is_left_out() -> None:
    """OpenGraph's form without the kicker is the headline."""
    told = Told(jsonld=f"Wildlife: {OTTERS}", headings=(f"Wildlife: {OTTERS}",), opengraph=OTTERS)
    assert choose_title(told) == OTTERS


def test_bar_within_a_headline_stays() -> None:
    """A bar is no sign of a site where all agree on what has it."""
    text = "WYE 3.0 | Otters come back in numbers"
    assert choose_title(Told(jsonld=text, opengraph=text, headings=(text,), title=text)) == text


def test_nothing_told() -> None:
    """No headline is none."""
    assert choose_title(Told()) is None
    assert choose_title(Told(jsonld=" \u200b ", headings=("",), opengraph="<b></b>")) is None


def test_scripts_and_length() -> None:
    """Markup goes and the length is capped."""
    assert neat_title("Otters <script>alert(1)</script> return") == "Otters alert(1) return"
    assert len(neat_title("otter " * 100_000) or "") <= MAX_CHARS


@pytest.mark.parametrize("field", ["jsonld", "opengraph", "title"])
def test_a_tag_that_is_spoken_of_stays(field: str) -> None:
    """Angle brackets of a heading's text are its words; no vote of those who tell the headline cuts them out."""
    text = "Why <canvas> outlived <applet>"
    assert choose_title(Told(headings=(text,), **{field: text})) == text
    assert choose_title(Told(headings=("Ending <b>lists</b>",))) == "Ending <b>lists</b>"
    assert neat_title("Otters<br>return &lt;em&gt;soon&lt;/em&gt;") == "Otters return soon"
