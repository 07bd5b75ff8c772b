"""Prose that comes close to boilerplate in its words and must stay."""

from pathlib import Path

import pytest

from transforms.boilerplate import label, parse_rules
from transforms.records import Block, Role

RULES_TOML = Path(__file__).resolve().parents[3] / "transforms" / "boilerplate" / "rules.toml"
PACK = parse_rules(RULES_TOML.read_text(encoding="utf-8"))

ABOVE = "The council of the northern islands met on Monday in a hall without heating."
BELOW = "The next meeting is planned for the week after the feast, if the ferry runs by then."


@pytest.mark.parametrize(
    "text",
    [
        "Images from the scene show smoke over the port.",
        "Photos from the quay showed a line of carts.",
        "North Lumen also hosts several shipyards, including the Quist yard and the parent of Velmora Docks in the east.",
        "Osterby Bridge Works is based in Velmora and employs 400 people at three sites along the river and the coast.",
        "With help from neighbours, she rebuilt the house in a month.",
        "By noon on 3 March 2031 the last boat had left.",
        "The two valleys agreed to part on 1 January 1993.",
        "He signed up for the course and never opened the letters.",
        "She subscribes to the view that rivers have rights.",
        "Spam fills the inbox of every clerk in the ministry.",
        "“I ask you to support our boys,” the mayor said.",
        "More than one-fourth of the herd was lost.",
        "Read the small print, she warned them.",
        "Follow the river to the mill, then turn left, he told us.",
        "The bakery sells cookies and tea to the people on the site.",
        "The fever first appeared in the port in 1997.",
        "The talks do not represent a change in policy.",
        "He planned the march without the permission of the town.",
        "Share prices fell by a third before lunch.",
        "Donations of blood were asked for on the radio.",
        "The network does not have a permanent correspondent in the islands.",
        "Back to basics",
        "Return to the village",
        "Discussion and doubt",
        "The line was closed in the great winter, and sledges took its place for months on end.(...)",
        "The line was closed in the great winter, and sledges took its place for months on end. (…)",
        "THE PEOPLE OF THE PORT SAY TO THE COUNCIL THAT THEY WILL NOT PAY FOR A FERRY THAT LIES IN THE DOCK AND ROTS",
        "What happens next?",
        "Who pays for the ferry",
        "A long winter",
        "The cost of flour",
        "По данным полиции, погибли трое рыбаков.",
        "По информации мэрии, паром пойдёт в среду.",
        "За даними поліції, загинули троє рибалок.",
        "Жители получают рассылки с угрозами каждый день.",
        "Les merveilles du port",
        "Quelle surprise pour les pêcheurs du village.",
        "Dona Maria disse que o barco não volta mais.",
        "Donasi korban banjir mencapai dua miliar rupiah.",
        "Bergabung dengan klub pada 2019, ia bermain sebagai bek.",
        "Sigue a la espera de una respuesta del ministerio.",
        "Der Newsletter des Ministeriums erschien nie.",
        "La empresa que abonó la multa cerró en mayo.",
        "Il a partagé son pain avec les voisins.",
        "Haberi duyan köylüler limana koştu.",
        "경찰은 어부 세 명이 숨졌다고 밝혔다.",
        "漁師三人が亡くなったと警察は発表した。",
    ],
)
def test_prose_close_to_boilerplate_stays(text: str) -> None:
    """A sentence or a sub-heading between two paragraphs keeps its place."""
    blocks = [
        Block(line=i, raw=line, text=line, gap=1) for i, line in enumerate((ABOVE, text, BELOW), start=1)
    ]
    labelled = label(blocks, title="Islands wait for ferry", rules=PACK)
    assert [(block.text, block.role, block.reason) for block in labelled] == [
        (block.text, Role.ARTICLE, None) for block in blocks
    ]
