"""Towns that are called like a city of the world: Paris in Texas is not Paris."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise

from transforms.entities.find import Mention
from transforms.entities.spelling import fold
from transforms.entities.words import listed, read_tables

_Place = tuple[int, int]  # (section, first character)


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """A city that towns elsewhere are called like.

    Args:
        town: How such a town is spelled ("Odessa").
        country: ISO 3166-1 alpha-2 of the city's own country.
    """

    town: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cities:
    """What tells a town from the city that it is called like.

    Args:
        regions: Folded → name of the states and provinces that have such towns.
        by_name: Folded canonical name → city.
    """

    regions: Mapping[str, str] = field(default_factory=dict)
    by_name: Mapping[str, City] = field(default_factory=dict)


def parse_cities(text: str, *, name: Callable[[str], str]) -> Cities:
    """Cities out of TOML, as in `towns.toml`; none where there are no such tables.

    Args:
        text: TOML.
        name: The canonical name of a place.

    Raises:
        FixSettingsError: The text is not TOML of that form.
    """
    tables = read_tables(text, "towns")
    regions = listed(tables.get("towns", {}).get("regions", ""))
    return Cities(
        regions={fold(region): region for region in regions},
        by_name={
            fold(name(city)): City(town=city, country=code)
            for code, cities in tables.get("cities", {}).items()
            for city in listed(cities)
        },
    )


class Towns:
    """The towns of one document: told by the state or province behind a comma ("Paris, Texas").

    The name alone is such a town too, unless the document names two of them, or the city's own country.

    Args:
        sections: (text, its mentions), sorted by place.
        cities: What tells towns from cities.
        name: The canonical name of a place.
    """

    def __init__(
        self,
        sections: Sequence[tuple[str, Sequence[Mention]]],
        cities: Cities,
        *,
        name: Callable[[str], str],
    ) -> None:
        self._cities = cities.by_name
        self._told: dict[_Place, str] = {}
        self._towns: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for number, (text, mentions) in enumerate(sections):
            for before, behind in pairwise(mentions):
                if before.type != "LOC" or text[before.end : behind.start] != ", ":
                    continue
                city = fold(name(before.text))
                state = name(behind.text).partition(" (")[0]
                region = cities.regions.get(fold(behind.text)) or cities.regions.get(fold(state))
                if city in self._cities and region and behind.type == "LOC":
                    town = f"{self._cities[city].town}, {region}"
                    self._told[number, before.start] = town
                    self._towns[city][town] = None

    def __bool__(self) -> bool:
        """Whether the document names any."""
        return bool(self._told)

    def town(self, place: _Place, city: str, *, countries: AbstractSet[str]) -> str | None:
        """The town that a mention means, if any.

        Args:
            place: Where it stands.
            city: Folded canonical name of the city that is called so.
            countries: Codes of the countries that the document names.
        """
        if told := self._told.get(place):
            return told
        towns = list(self._towns.get(city, ()))
        return towns[0] if len(towns) == 1 and self._cities[city].country not in countries else None
