"""Calendar years as the law counts them: to the same day, and never a day less."""

from datetime import datetime, timedelta


def years_after(moment: datetime, years: int) -> datetime:
    """Return the same moment *years* later; from 29 February to a year without one, 1 March.

    365 days would be a day too short across a leap day, and 28 February a day too short after one.

    Raises:
        ValueError: The moment has no zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment without a zone belongs to no day")
    try:
        return moment.replace(year=moment.year + years)
    except ValueError:
        return moment.replace(year=moment.year + years, month=2, day=28) + timedelta(days=1)
