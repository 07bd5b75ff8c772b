"""Writes transforms/entities/countries.toml: what countries are called in the languages of the Unicode CLDR.

Usage: python training/countries.py  (Babel, which carries CLDR, is needed for this alone: pip install babel)

CLDR is under the Unicode License v3, which lets its data be copied with its notice. Names that English Wikipedia gives
its articles stand first; forms that name two territories in two languages are left out.
"""

import unicodedata
from collections import defaultdict
from pathlib import Path

from babel import Locale, __version__
from babel.core import get_global

LANGUAGES = [
    "en",
    "de",
    "fr",
    "es",
    "it",
    "pt",
    "nl",
    "pl",
    "ru",
    "uk",
    "be",
    "bg",
    "sr",
    "hr",
    "sl",
    "cs",
    "sk",
    "hu",
    "ro",
    "el",
    "tr",
    "az",
    "kk",
    "uz",
    "ka",
    "hy",
    "he",
    "ar",
    "fa",
    "ur",
    "hi",
    "bn",
    "ta",
    "id",
    "ms",
    "tl",
    "vi",
    "th",
    "zh_Hans",
    "zh_Hant",
    "ja",
    "ko",
    "sv",
    "da",
    "nb",
    "fi",
    "et",
    "lv",
    "lt",
    "sq",
    "mk",
    "ca",
    "sw",
]
# Where the article of English Wikipedia has another name than CLDR's English.
TITLES = {
    "BL": "Saint Barthélemy", "CC": "Cocos (Keeling) Islands", "CD": "Democratic Republic of the Congo",
    "CG": "Republic of the Congo", "CI": "Ivory Coast", "CZ": "Czech Republic", "FK": "Falkland Islands",
    "FM": "Federated States of Micronesia", "GE": "Georgia (country)", "GM": "The Gambia", "BS": "The Bahamas",
    "HK": "Hong Kong", "MF": "Collectivity of Saint Martin", "MM": "Myanmar", "MO": "Macau", "PS": "Palestine",
    "PN": "Pitcairn Islands", "ST": "São Tomé and Príncipe", "TR": "Turkey", "VA": "Vatican City", "AX": "Åland",
    "VC": "Saint Vincent and the Grenadines", "LC": "Saint Lucia", "KN": "Saint Kitts and Nevis", "RE": "Réunion",
    "TT": "Trinidad and Tobago", "AG": "Antigua and Barbuda", "BA": "Bosnia and Herzegovina", "TC": "Turks and Caicos Islands",
    "VI": "United States Virgin Islands", "WF": "Wallis and Futuna", "SJ": "Svalbard and Jan Mayen", "PM": "Saint Pierre and Miquelon",
    "SH": "Saint Helena, Ascension and Tristan da Cunha", "GS": "South Georgia and the South Sandwich Islands",
}  # fmt: skip
# English forms that CLDR keeps as alternatives, long forms, and old names.
ENGLISH = {
    "AE": "UAE|U.A.E.|Emirates", "BA": "Bosnia|Bosnia-Herzegovina|Bosnia & Herzegovina", "BN": "Brunei Darussalam",
    "BO": "Plurinational State of Bolivia", "CD": "Democratic Republic of Congo|DR Congo|D.R. Congo|DRC|D.R.C.|Congo-Kinshasa|Zaire",
    "CG": "Republic of Congo|Congo-Brazzaville|Congo Republic", "CI": "Cote d'Ivoire", "CN": "People's Republic of China|PRC|Mainland China|Communist China",
    "CV": "Cabo Verde", "CZ": "Czechia", "DE": "Federal Republic of Germany", "FK": "Falklands|Islas Malvinas", "FM": "Micronesia",
    "FR": "French Republic", "GB": "UK|U.K.|Britain|Great Britain|United Kingdom of Great Britain and Northern Ireland|Großbritannien|Grande-Bretagne|Gran Bretaña|Gran Bretagna|Grã-Bretanha", "GE": "Republic of Georgia",
    "GM": "Gambia", "BS": "Bahamas", "IE": "Republic of Ireland|Irish Republic", "IN": "Republic of India|Bharat", "IR": "Islamic Republic of Iran",
    "KP": "N. Korea|DPRK|D.P.R.K.|Democratic People's Republic of Korea", "KR": "ROK|R.O.K.|Republic of Korea|S. Korea", "LA": "Lao PDR|Lao People's Democratic Republic",
    "LK": "Ceylon", "MD": "Republic of Moldova|Moldavia", "MK": "Macedonia|FYROM|Former Yugoslav Republic of Macedonia", "MM": "Burma|Myanmar (Burma)",
    "NL": "Holland|The Netherlands", "PS": "State of Palestine|Palestinian territories|Occupied Palestinian Territories",
    "RU": "Russian Federation", "SA": "KSA|Kingdom of Saudi Arabia", "SK": "Slovak Republic", "SY": "Syrian Arab Republic",
    "SZ": "Swaziland", "TL": "East Timor", "TR": "Turkiye|Republic of Turkey|Republic of Türkiye", "TW": "Republic of China|R.O.C.|Chinese Taipei",
    "TZ": "United Republic of Tanzania", "US": "US|U.S.|USA|U.S.A.|United States of America|America|U.S|the States|EE.UU.|EE. UU.|EEUU|ABD",
    "VA": "Vatican|Holy See", "VE": "Bolivarian Republic of Venezuela", "VN": "Viet Nam|Socialist Republic of Vietnam", "XK": "Republic of Kosovo",
    "ZA": "Republic of South Africa", "PH": "Republic of the Philippines", "MO": "Macao", "UA": "the Ukraine", "BY": "Republic of Belarus|Belorussia|Byelorussia",
    "AU": "Commonwealth of Australia", "NZ": "Aotearoa", "SD": "Republic of the Sudan", "SS": "Republic of South Sudan", "CF": "CAR", "GW": "Guinea Bissau",
    "TT": "Trinidad", "AG": "Antigua", "VC": "St. Vincent", "KN": "St. Kitts", "ST": "Sao Tome", "SN": "Republic of Senegal", "KZ": "Republic of Kazakhstan",
    "AZ": "Republic of Azerbaijan", "AM": "Republic of Armenia", "CY": "Republic of Cyprus", "KG": "Kirghizia|Kyrgyz Republic", "TM": "Turkmenia",
    "UZ": "Republic of Uzbekistan", "RS": "Republic of Serbia", "IL": "State of Israel", "BF": "Upper Volta", "BJ": "Dahomey",
    "KH": "Kampuchea",
}  # fmt: skip
# Cases of a language that is often seen and inflects its names; CLDR has the first case only.
INFLECTED = {
    "RU": "России|Россию|Россией", "UA": "Украины|Украину|Украине|Украиной|України|Україну|Україні", "DE": "Германии|Германию|Германией",
    "FR": "Франции|Францию|Францией", "CN": "Китая|Китае|Китаем|Китаю", "BY": "Белоруссия|Белоруссии|Беларуси", "TR": "Турции|Турцию",
    "IL": "Израиля|Израиле", "IR": "Ирана|Иране|Ираном", "GB": "Великобритании|Великобританию", "PL": "Польши|Польшу|Польше", "US": "США",
    "IN": "Индии|Индию|Индией", "KZ": "Казахстана|Казахстане", "SY": "Сирии|Сирию", "JP": "Японии|Японию", "GE": "Грузии|Грузию",
}  # fmt: skip
# These mean more than one place; transforms/entities/places.toml tells which.
DOUBTFUL = {"georgia", "congo", "korea", "guinea ecuatorial", "samoa americana"}
# Groups, former countries, and parts of others: in CLDR, not in ISO 3166-1.
NO_COUNTRIES = frozenset(
    [
        "AC",
        "AN",
        "BU",
        "CP",
        "CQ",
        "CS",
        "DD",
        "DG",
        "EA",
        "EU",
        "EZ",
        "FX",
        "IC",
        "NT",
        "QO",
        "SU",
        "TA",
        "TP",
        "UN",
        "XA",
        "XB",
        "YD",
        "YU",
        "ZR",
        "ZZ",
    ]
)
ALPHA_2 = 2  # letters
OUT = Path(__file__).resolve().parents[1] / "transforms" / "entities" / "countries.toml"


def folded(form: str) -> str:
    """A form as it is compared: no case and no accents."""
    marks = unicodedata.normalize("NFKD", form.casefold())
    return "".join(letter for letter in marks if not unicodedata.combining(letter)).replace("-", " ")


def forms_of(code: str) -> list[str]:
    """A territory's forms, English first, each once."""
    english = str(Locale.parse("en").territories[code])
    found = [TITLES.get(code, english.replace("St. ", "Saint ").replace(" & ", " and ")), english]
    found += ENGLISH.get(code, "").split("|") + INFLECTED.get(code, "").split("|")
    for language in LANGUAGES:
        found += [str(Locale.parse(language).territories.get(code, ""))]
    kept: dict[str, str] = {}
    for raw in found:
        form = " ".join(raw.replace("’", "'").split())
        if len(form) > 1 and (form != code or form == "US") and not form.startswith("("):
            kept.setdefault(folded(form), form)
    return [form for key, form in kept.items() if key not in DOUBTFUL]


def main() -> None:
    """Write the file."""
    known = set(Locale.parse("en").territories)
    codes = sorted(
        code
        for code in set(get_global("territory_currencies")) & known - NO_COUNTRIES
        if len(code) == ALPHA_2
    )
    forms = {code: forms_of(code) for code in codes}
    english = {
        folded(form): code
        for code in codes
        for form in (
            forms[code][0],
            *ENGLISH.get(code, "").split("|"),
            str(Locale.parse("en").territories[code]),
        )
    }
    owners: defaultdict[str, set[str]] = defaultdict(set)
    for code, names in forms.items():
        for form in names:
            owners[folded(form)].add(code)
    lines = [
        "# What countries and territories are called, by ISO 3166-1 alpha-2 code: canonical name, then other forms, parted by “|”.",
        f"# Made by training/countries.py out of the Unicode CLDR (as of Babel {__version__}) under the Unicode License v3,",
        "# Copyright © 1991-2026 Unicode, Inc.; do not mend it by hand. XK (Kosovo) is user-assigned, as CLDR has it.",
        "",
    ]
    for code in codes:
        kept = [
            form
            for form in forms[code]
            if len(owners[folded(form)]) == 1 or english.get(folded(form)) == code
        ]
        lines.append(f'{code} = "{"|".join(kept)}"')
    OUT.write_text("\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main()
