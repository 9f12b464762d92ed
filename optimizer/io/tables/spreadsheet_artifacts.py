"""What a spreadsheet makes of a value that it takes for another."""

import re

ERROR = re.compile(r"#(?:[A-ZÀ-Þ_]+[!?]|DIV/0!|N/?[AVD]|GETTING_DATA)")
"""An error of a formula, in the words of several languages."""

NARROW = re.compile(r"#{2,}")
"""What is shown of a number in a column too narrow for it."""

_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mai|mär|okt|dez)"
DATE = re.compile(
    rf"\d{{1,2}}[-. ]{_MONTH}(?:[-. ]\d{{2,4}})?|{_MONTH}[-. ]\d{{2,4}}"
    r"|\d{4}-\d{2}-\d{2}(?:[T ]\d{1,2}:\d{2}(?::\d{2})?.*)?"
    r"|\d{1,2}[/.]\d{1,2}[/.]\d{2,4}(?: \d{1,2}:\d{2}(?::\d{2})?)?",
    re.IGNORECASE,
)
"""A date as spreadsheets show it: ``3-Jan``, ``Mar-26``, ``2026-01-03 00:00:00``, ``1/3/2026``."""

SCIENTIFIC = re.compile(r"\d(?:[.,]\d+)?E[+-]\d{2,}")
"""A long number as a spreadsheet shows it, its last digits gone: ``1.23457E+12``."""
