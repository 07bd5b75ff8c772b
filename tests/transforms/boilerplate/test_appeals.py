"""The publisher's own voice: appeals alone, in runs, under headings; and first persons who are no publisher."""

from pathlib import Path

import pytest

from transforms.boilerplate import label, parse_rules
from transforms.boilerplate.cues import parse_cues
from transforms.errors import FixSettingsError
from transforms.records import Block, Role

RULES_TOML = Path(__file__).resolve().parents[3] / "transforms" / "boilerplate" / "rules.toml"
PACK = parse_rules(RULES_TOML.read_text(encoding="utf-8"))

ABOVE = "The council of the northern islands met on Monday in a hall without heating."
BELOW = "The next meeting is planned for the week after the feast, if the ferry runs by then."
STRONG = "No owner tells our reporters what to write. If you can afford it, give 3 crowns a month today."


def reasons(*texts: str) -> list[str | None]:
    """The reason of each block, None for prose."""
    blocks = [Block(line=i, raw=text, text=text, gap=1) for i, text in enumerate(texts, start=1)]
    return [block.reason for block in label(blocks, title=None, rules=PACK)]


@pytest.mark.parametrize(
    "text",
    [
        STRONG,
        "Our newsroom has no advertisers and no owner. Your gift of any size keeps reporters at sea.",
        "Unsere Redaktion gehört keinem Konzern. Werden Sie Mitglied, schon ab 3 Euro im Monat.",
        "Notre journal n'a pas d'actionnaires. Faites un don dès 3 euros par mois pour nos enquêtes.",
        "Nuestro periodismo no tiene dueños. Hazte socio desde 3 euros al mes y ayúdanos.",
        "Il nostro giornale è indipendente. Diventa socio con 3 euro al mese e sostieni le nostre inchieste.",
        "Nosso jornalismo não tem donos. Apoie com 5 reais por mês e ajude as nossas reportagens.",
        "Redaksi kami tidak punya pemilik. Dukung jurnalis kami dengan donasi Anda hari ini.",
        "Onze redactie is onafhankelijk. Steun onze journalisten vandaag met een donatie van 3 euro per maand.",
        "Nasza redakcja jest niezależna. Wesprzyj naszych dziennikarzy już od 5 zł miesięcznie.",
        "Наша редакция независима. Поддержите наших журналистов пожертвованием от 100 рублей в месяц.",
        "Наша редакція незалежна. Підтримайте наших журналістів донатом від 50 гривень на місяць.",
        "Gazetemiz bağımsız. Muhabirlerimize ayda 20 lira bağış yaparak siz de destek olun.",
        "저희 기자들은 독자 여러분의 후원으로 취재합니다. 월 3천 원으로 함께해 주세요.",
        "私たちの報道は読者の皆さまのご寄付に支えられています。今すぐご支援ください。",
    ],
)
def test_appeal_in_the_midst_of_prose(text: str) -> None:
    """A strong paragraph goes though prose stands on both sides."""
    assert reasons(ABOVE, ABOVE + " Again.", ABOVE + " Once more.", text, BELOW, BELOW, BELOW) == [
        None, None, None, "donation", None, None, None,
    ]  # fmt: skip


def test_quoted_or_attributed_appeal_stays() -> None:
    """The same words in somebody's mouth are news."""
    assert reasons(ABOVE, f"“{STRONG}”", BELOW) == [None] * 3
    assert reasons(ABOVE, STRONG.removesuffix(".") + ", the editor of the paper said.", BELOW) == [None] * 3


def test_heading_and_weaker_neighbours() -> None:
    """A heading, and paragraphs that lean on a strong one, go with it; the story under them stays."""
    lean = "Our two reporters were on the last boat to the islands, and they are still there."
    assert reasons("Help us stay at sea", lean, STRONG, ABOVE, BELOW) == ["donation"] * 3 + [None] * 2
    assert reasons(ABOVE, BELOW, STRONG, lean) == [None, None, "donation", "donation"]
    assert reasons(lean, ABOVE, BELOW) == [None] * 3


def test_appeal_in_several_paragraphs() -> None:
    """At an end of the article two paragraphs are an appeal together; between paragraphs they are not."""
    run = ("The paper has no shareholders, it has you.", "A standing order takes less than a minute.")
    assert reasons(ABOVE, BELOW, *run)[2:] == ["donation", "donation"]
    assert reasons(ABOVE, ABOVE, ABOVE, *run, BELOW, BELOW, BELOW) == [None] * 8


OP_ED = [
    "We who live by the river have never asked for much, and we have been given less.",
    "Our newspapers tell us that the dam is safe. Our cellars tell us that it is not.",
    "You will say that a small town can pay for its own wall. It cannot; we have counted.",
    "Support the wall, and you support the school, the shop and the last bus.",
    "If we wait until spring, our children will read about us in the archive of some newsroom far away.",
    "Let us give what we have, and let us begin today.",
    "Free people do not wait for owners of mines to be kind.",
    "Reporters came to our valley in the flood year and left with the water.",
    "We members of the choir pay 4 crowns a month, and the church is still cold.",
    "The independent press of this country was built by printers who were paid in flour.",
]


def test_op_ed_stays() -> None:
    """An essay in the first person, with readers, money and newspapers in it, keeps every line."""
    assert reasons(*OP_ED) == [None] * len(OP_ED)


@pytest.mark.parametrize("start", range(len(OP_ED)))
def test_op_ed_stays_from_any_line_on(start: int) -> None:
    """The same with each line at the edge."""
    assert reasons(*OP_ED[start:], *OP_ED[:start]) == [None] * len(OP_ED)


def test_live_blog_heading_stays() -> None:
    """A line that opens an entry is a heading though it begins as a caption does; elsewhere it is a caption."""
    stamp = "Ada Quill3 March 2031 10:45"
    blog = (ABOVE, stamp, "Pictured: ferry in port", BELOW, stamp, "Council to meet", ABOVE, stamp)
    assert reasons(*blog)[2] is None
    assert reasons(ABOVE, "Pictured: ferry in port", BELOW)[1] == "caption"
    assert reasons(ABOVE, stamp, "Pictured: ferry in port (Bo Reed/Lake Wire)", *blog[3:])[2] == "caption"


def test_unknown_group_and_empty_cue_are_refused() -> None:
    """A table of cues that cannot be right is refused when it is read."""
    with pytest.raises(FixSettingsError, match="unknown group 'voice'"):
        parse_cues({"en": {"voice": ["we"]}})
    with pytest.raises(FixSettingsError, match="empty one in 'us'"):
        parse_cues({"en": {"us": ["*"]}})


def test_open_ends_and_beginnings_of_cues() -> None:
    """A star leaves an end open, a caret asks for the beginning of a sentence, a period needs its number."""
    cues = parse_cues(
        {"en": {"ask": ["donat*"], "act": ["^give"], "period": ["a month"]}, "ko": {"ask": ["*후원"]}}
    )
    assert cues.found("They give donations. Give!") == {"en": {"ask", "act"}}
    assert cues.found("They give donut holes for a month") == {}
    assert cues.found("Only $4.50 a month, 정기후원") == {"en": {"price"}, "ko": {"ask"}}
    assert parse_cues({}).found("Give!") == {}


def test_hostile_text_ends() -> None:
    """Long blocks of cue words come back with a role each."""
    texts = ["we " * 30_000, "donate today " * 300, *["your gift, our reporters"] * 3_000]
    blocks = [Block(line=i, raw=text, text=text) for i, text in enumerate(texts)]
    assert all(
        block.role in {Role.ARTICLE, Role.BOILERPLATE} for block in label(blocks, title=None, rules=PACK)
    )
