"""Labels of tag lists."""

import pytest

from transforms.tags import split_label


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Tags:", ("Tags:", "")),
        ("  TAGS :  ", ("TAGS :", "")),
        ("Tags", ("Tags", "")),
        ("Tags: fish, fares", ("Tags:", "fish, fares")),
        ("**Tags:** fish, fares", ("Tags:", "fish, fares")),
        ("Post tags: fish, fares", ("Post tags:", "fish, fares")),
        ("Tags Fish Ferry Fares", ("Tags", "Fish Ferry Fares")),
        ("Tagged Fish, Edith Marlow", ("Tagged", "Fish, Edith Marlow")),
        ("Filed under: Fish", ("Filed under:", "Fish")),
        ("Tagged with: Fish", ("Tagged with:", "Fish")),
        ("Topics: Fish", ("Topics:", "Fish")),
        ("Keywords: fish", ("Keywords:", "fish")),
        ("Related topics: fish", ("Related topics:", "fish")),
        ("Schlagwörter: Fisch", ("Schlagwörter:", "Fisch")),
        ("Étiquettes : poisson", ("Étiquettes :", "poisson")),
        ("Mots-clés : poisson", ("Mots-clés :", "poisson")),
        ("Etiquetas: pez", ("Etiquetas:", "pez")),
        ("Теги: рыба", ("Теги:", "рыба")),
        ("Метки:", ("Метки:", "")),
        ("태그: 물고기", ("태그:", "물고기")),
        ("タグ：魚", ("タグ：", "魚")),
        ("标签：鱼、船", ("标签：", "鱼、船")),
        ("الوسوم: سمك", ("الوسوم:", "سمك")),
        ("Etiketler: balık", ("Etiketler:", "balık")),
        ("Kata kunci: ikan", ("Kata kunci:", "ikan")),
        ("Tag: FISH", ("Tag:", "FISH")),
    ],
)
def test_labels_of_many_languages(line: str, expected: tuple[str, str]) -> None:
    """The label as printed, and the list behind it."""
    assert split_label(line) == expected


@pytest.mark.parametrize(
    "line",
    [
        "Tags are useful to readers.",
        "Tags help",
        "Tags on the fish were false, the port said.",
        "Tagged whales swim further than others do.",
        "tagged",
        "Topics of the day",
        "Keywords matter",
        "Related: Ferry fares rise again",
        "Price tags: what they hide",
        "Vintage",
        "",
        "The ferry was filed under lost property.",
        "x" * 100_000,
    ],
)
def test_prose_is_no_label(line: str) -> None:
    """A sentence that begins with a label's word is left alone."""
    assert split_label(line) is None
