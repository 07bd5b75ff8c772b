"""Towns that are called like a city of the world: Paris in Texas is not Paris."""

import tomllib
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import pairwise

from transforms.entities.find import Mention
from transforms.entities.spelling import fold
from transforms.entities.words import listed
from transforms.errors import FixSettingsError

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
class Towns:
    """What tells a town from the city that it is called like.

    Args:
        regions: Folded → name of the states and provinces that have such towns.
        cities: Folded canonical name → city.
    """

    regions: Mapping[str, str] = field(default_factory=dict)
    cities: Mapping[str, City] = field(default_factory=dict)


def parse_towns(text: str, *, name: Callable[[str], str]) -> Towns:
    """The table `towns` of TOML as in `doubtful.toml`; empty where there is no such table.

    Args:
        text: TOML.
        name: The canonical name of a place.

    Raises:
        FixSettingsError: The text is not TOML of that form.
    """
    try:
        table = tomllib.loads(text).get("towns", {})
        cities = {code: listed(named) for code, named in table.get("cities", {}).items()}
        regions = listed(table.get("regions", ""))
    except (tomllib.TOMLDecodeError, AttributeError) as error:
        raise FixSettingsError(f"doubtful: {error}") from error
    return Towns(
        regions={fold(region): region for region in regions},
        cities={fold(name(city)): City(town=city, country=code) for code in cities for city in cities[code]},
    )


class Namesakes:
    """The towns of one document: told by the state or province behind a comma ("Paris, Texas").

    The name alone is such a town too, unless the document names two of them, or the city's own country.

    Args:
        sections: (text, its mentions), sorted by place.
        towns: What tells towns from cities.
        name: The canonical name of a place.
    """

    def __init__(
        self,
        sections: Sequence[tuple[str, Sequence[Mention]]],
        towns: Towns,
        *,
        name: Callable[[str], str],
    ) -> None:
        self._cities = towns.cities
        self._told: dict[_Place, str] = {}
        self._towns: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for number, (text, mentions) in enumerate(sections):
            for before, behind in pairwise(mentions):
                if before.type != "LOC" or text[before.end : behind.start] != ", ":
                    continue
                city = fold(name(before.text))
                state = name(behind.text).partition(" (")[0]
                region = towns.regions.get(fold(behind.text)) or towns.regions.get(fold(state))
                if city in towns.cities and region and behind.type == "LOC":
                    town = f"{towns.cities[city].town}, {region}"
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
