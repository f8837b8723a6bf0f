"""Reports of figures: what was done in a year or half a year, as the harmonised files of the EU and as a public page.

`counted` is what rows are read as, `figures` what they come to, `forms` the columns, `sheets` their rows, `csv_set` the
bytes, `validator` what must hold of them, `protect` how small numbers are told in public, `summary` the public page.
Source: Regulation (EU) 2022/2065 Articles 15 and 24; Implementing Regulation (EU) 2024/2835.
"""

from tutela.core.transparency.counted import Counted, Entered
from tutela.core.transparency.csv_set import csv_set, dated, packed
from tutela.core.transparency.figures import Figures, figures_of
from tutela.core.transparency.period import Period
from tutela.core.transparency.summary import Summary, summary_of
from tutela.core.transparency.validator import flaws

__all__ = [
    "Counted",
    "Entered",
    "Figures",
    "Period",
    "Summary",
    "csv_set",
    "dated",
    "figures_of",
    "flaws",
    "packed",
    "summary_of",
]
