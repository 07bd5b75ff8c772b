"""English plurals made singular, where it is safe without knowing the word: for grouping tags only."""

import re2

_MIN_LETTERS = 4
_ASCII_WORD = re2.compile(r"^[a-z]+$")

# Words in -s that are no plural, or whose singular is another word: names of places and people, sciences, time words.
_KEPT_WORDS = """
news series species headquarters means politics economics physics ethics athletics mathematics statistics
logistics dynamics analytics robotics electronics aerobics acoustics basics graphics tactics optics
olympics paralympics tennis chess measles diabetes rabies scabies herpes texas arkansas kansas
massachusetts illinois paris brussels athens naples wales netherlands philippines maldives honduras cyprus
barbados bahamas laos seychelles mauritius comoros emirates states nations marseilles versailles orleans
angeles vegas dallas memphis minneapolis indianapolis annapolis caracas buenos aires lagos damascus tunis
algiers cannes hastings rhodes davos mars venus james charles thomas lucas nicholas dennis chris alexis
jesus moses hughes jones williams davies evans adams rogers roberts edwards phillips peters stevens
andrews matthews simmons sanders harris lewis ellis morris brooks hayes banks woods fields hopkins jenkins
collins perkins watkins hawkins dawkins rawlings cummings starmers gates biggs briggs higgs times reuters
forbes mercedes airbus lens gas bus plus pros christmas thanksgiving always perhaps thus hers ours yours
theirs this does has was its towards afterwards besides sometimes whereas alas atlas bias canvas pancreas
asparagus ulysses hercules hamas houthis hells avengers simpsons beatles rangers lakers knicks celtics
yankees dodgers spurs saints oasis basis crisis analysis thesis axis emphasis genesis synopsis hypothesis
sepsis arsenals commons lords tories cortes sales customs arms thanks goods glasses pants jeans shorts
earnings proceeds remains savings premises congratulations humanities communications telecommunications
las los des les dos das mas gras vos nos tres isis abbas netanyahus midas judas thanos lotus virus corps
swiss stairs woes lives wolves leaves halves knives
"""
_KEPT = frozenset(_KEPT_WORDS.split())
_IRREGULAR = {
    "buses": "bus", "viruses": "virus", "campuses": "campus", "bonuses": "bonus", "statuses": "status", "gases": "gas",
    "lenses": "lens", "crises": "crisis", "analyses": "analysis", "theses": "thesis", "hypotheses": "hypothesis",
    "shoes": "shoe", "movies": "movie", "cookies": "cookie", "zombies": "zombie", "selfies": "selfie", "calories": "calorie",
    "rookies": "rookie", "hoodies": "hoodie", "pies": "pie", "ties": "tie", "lies": "lie", "dies": "die", "aches": "ache",
    "headaches": "headache", "axes": "axe", "women": "woman", "men": "man", "children": "child", "people": "people",
    "censuses": "census", "consensuses": "consensus", "caucuses": "caucus", "surpluses": "surplus", "circuses": "circus",
    "choruses": "chorus", "walruses": "walrus", "geniuses": "genius", "canvases": "canvas", "biases": "bias",
}  # fmt: skip
_NO_PLURAL = ("ss", "us", "is", "ics", "as", "os", "ys")
_PLURAL_ANYWAY = (
    "ays",
    "eys",
    "oys",
    "uys",
    "eas",
    "ideos",
    "adios",
    "hotos",
    "uros",
    "emos",
    "ramas",
    "enas",
)


def singular(word: str) -> str:
    """An English word, lower-cased, as singular; what is not surely a plural comes back as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if len(word) < _MIN_LETTERS or not word.endswith("s") or word in _KEPT or not _ASCII_WORD.match(word):
        return word
    if word.endswith(_NO_PLURAL) and not word.endswith(_PLURAL_ANYWAY):
        return word
    if word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("xes", "ches", "shes", "sses", "zzes", "oes")):
        return word[:-2]
    return word[:-1]
