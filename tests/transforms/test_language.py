"""The language of a text is told where it is plain, and not told where it is not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.language import language

TEXTS = {
    "en": "The harbour was closed on Tuesday because the storm had broken two of its three cranes.",
    "de": "Der Hafen wurde am Dienstag geschlossen, weil der Sturm zwei der drei Kräne zerstört hatte.",
    "fr": "Le port a été fermé mardi parce que la tempête avait brisé deux de ses trois grues.",
    "es": "El puerto se cerró el martes porque la tormenta había roto dos de sus tres grúas.",
    "it": "Il porto è stato chiuso martedì perché la tempesta aveva spezzato due delle tre gru.",
    "pt": "O porto foi fechado na terça-feira porque a tempestade tinha quebrado duas das três gruas.",
    "nl": "De haven werd dinsdag gesloten omdat de storm twee van de drie kranen had gebroken.",
    "pl": "Port został zamknięty we wtorek, ponieważ burza złamała dwa z jego trzech dźwigów.",
    "ru": "Порт закрыли во вторник, потому что буря сломала два из трёх его кранов.",
    "uk": "Порт зачинили у вівторок, бо буря зламала два з трьох його кранів.",
    "tr": "Fırtına üç vincinden ikisini kırdığı için liman salı günü kapatıldı.",
    "el": "Το λιμάνι έκλεισε την Τρίτη, γιατί η καταιγίδα έσπασε δύο γερανούς.",
    "ja": "嵐で三台のクレーンのうち二台が壊れたため、港は火曜日に閉鎖された。",
    "ko": "폭풍으로 크레인 세 대 중 두 대가 부서져 항구가 화요일에 폐쇄되었다.",
    "zh": "由于暴风雨损坏了三台起重机中的两台，港口于星期二关闭，渔民们被要求留在家中，直到风势减弱为止。",
    "th": "ท่าเรือถูกปิดเมื่อวันอังคารเพราะพายุทำให้ปั้นจั่นหักสองตัว",
}


@pytest.mark.parametrize("code", TEXTS)
def test_a_sentence_is_enough(code: str) -> None:
    """The language of one plain sentence is told."""
    assert language(TEXTS[code]) == code


@pytest.mark.parametrize(
    "text", ["", "No.", "The harbour was closed", "12 345 " * 100, "🙂" * 100, "..." * 100]
)
def test_too_little_is_not_told(text: str) -> None:
    """Under 40 letters no language is told, however long the text."""
    assert language(text) is None


def test_a_doubtful_text_is_not_told() -> None:
    """A row of names is in no language."""
    assert language("Xo Zy Qua Vli Pret Omk Szu Taro Blin Ke Wuz Jap Nori Fex Dagu Hysk") is None


def test_a_quoted_word_of_another_script_does_not_decide() -> None:
    """A Greek word in an English text leaves it English."""
    assert language(TEXTS["en"] + " It was called Καταιγίδα.") == "en"


def test_a_long_text_costs_no_more_than_its_beginning() -> None:
    """Five million letters are told by their first ones."""
    assert language(TEXTS["de"] * 60_000) == "de"


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_borne(text: str) -> None:
    """No text makes it fail; a language is two letters."""
    code = language(text)
    assert code is None or len(code) == 2
