"""Time series."""

import csv
import io
import re
from typing import NamedTuple

import numpy as np

from helpers.data.archives import member
from helpers.data.split import Split


class Series(NamedTuple):
    """Dates (T,) datetime64 and their values (T,) float64."""

    dates: np.ndarray
    values: np.ndarray


def temperatures():
    """Return the highest air temperature of each day in Seattle, 2012 to 2015.

    Returns:
        days: (1461,) datetime64[D], one after the other without a gap.
        celsius: (1461,) float64, degrees Celsius.

    Split: none here. Weakness: one place, four years.
    Licence: public domain. Origin: NOAA, the weather service of the United States; archived in the package
    vega_datasets.
    """
    table = io.StringIO(member("temperatures", "vega_datasets/_data/seattle-weather.csv").decode())
    rows = list(csv.DictReader(table))
    days = np.array([row["date"].replace("/", "-") for row in rows], dtype="datetime64[D]")
    return days, np.array([float(row["temp_max"]) for row in rows])


def sunspots():
    """Return the mean number of sunspots in every month, January 1749 to December 2008.

    The number rises and falls about every eleven years. It rises faster than it falls, and every maximum is different.

    Returns:
        months: (3120,) datetime64[M], one after the other without a gap.
        numbers: (3120,) float64; 260 rows of 12 if reshaped, one row a year.

    Split: none here; `by_year` cuts it. Weakness: one sun; counts before 1849 were put together later from
    scattered observations.
    Licence: public domain (the archive says so). Origin: the Swiss Federal Observatory in Zurich and its successors,
    collected by the National Geophysical Data Center of the United States; archived in the package statsmodels.
    """
    text = member("sunspots", "statsmodels/datasets/sunspots/src/sunspots_monthly.dat").decode("latin-1")
    rows = [line.split() for line in text.splitlines() if re.match(r"\d{4}\s", line)]
    rows = [row for row in rows if 1749 <= int(row[0]) <= 2008]
    months = np.arange("1749-01", "2009-01", dtype="datetime64[M]")
    return months, np.array([row[1:13] for row in rows], dtype=float).ravel()


def by_year(dates, values, validation, test):
    """Split a series at the beginning of two years: training, then validation, then test.

    Args:
        dates: (T,) datetime64, in order.
        values: (T,) float64.
        validation, test: the first year of each part.

    Returns:
        Split of Series. A window that starts before a border still contains only values known at its end.

    Raises:
        ValueError: a part would be empty.
    """
    borders = np.searchsorted(dates, np.array([f"{validation:04}", f"{test:04}"], dtype="datetime64[Y]"))
    parts = Split(*map(Series, np.split(dates, borders), np.split(values, borders)))
    if not all(len(part.dates) for part in parts):
        first, last = (int(str(date)[:4]) for date in dates[[0, -1]])
        raise ValueError(
            f"The borders {validation} and {test} leave a part empty; expected {first} < validation < test <= {last}."
        )
    return parts
