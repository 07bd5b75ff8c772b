"""Numbers among the settings: told by a variable before a key of [tool.unspun], and refused in one sentence."""

from collections.abc import Mapping

from transforms.errors import FixSettingsError

_LONGEST_SECONDS = 86_400


def number_of(
    name: str, environ: Mapping[str, str], table: Mapping[str, object], *, default: int, least: int = 1
) -> int:
    """A whole number, at least so large.

    Raises:
        FixSettingsError: It is none.
    """
    value, where = _told(name, environ, table, default)
    try:
        number = int(str(value))
    except ValueError:
        raise FixSettingsError(f"{where} must be a whole number, not {value!r}.") from None
    if number < least:
        raise FixSettingsError(f"{where} must be at least {least}, not {number}.")
    return number


def seconds_of(
    name: str, environ: Mapping[str, str], table: Mapping[str, object], *, default: float
) -> float:
    """A length of time, with or without a decimal point.

    Raises:
        FixSettingsError: It is none.
    """
    value, where = _told(name, environ, table, default)
    try:
        seconds = float(str(value))
    except ValueError:
        raise FixSettingsError(f"{where} must be a number of seconds, not {value!r}.") from None
    if not 0 <= seconds <= _LONGEST_SECONDS:
        raise FixSettingsError(f"{where} must be 0 to {_LONGEST_SECONDS} seconds, not {value}.")
    return seconds


def share_of(name: str, environ: Mapping[str, str], table: Mapping[str, object], *, default: float) -> float:
    """A number from 0 to 1.

    Raises:
        FixSettingsError: It is none.
    """
    value, where = _told(name, environ, table, default)
    try:
        share = float(str(value))
    except ValueError:
        share = -1
    # NaN is in no range.
    if not 0 <= share <= 1:
        raise FixSettingsError(f"{where} must be a number from 0 to 1, not {value!r}.")
    return share


def _told(
    name: str, environ: Mapping[str, str], table: Mapping[str, object], default: float
) -> tuple[object, str]:
    """What was told, and by whom."""
    variable = f"UNSPUN_{name.upper()}"
    if told := environ.get(variable):
        return told, variable
    return table.get(name, default), f"{name} in [tool.unspun]"
