"""Every conversion between the outside's units and the program's, in one place.

Inside the program: Gtok/h (flow), MW (power), MWh (energy), h (time), ms (latency) and
k$ (money).  Outside, each field carries its own unit in its name.
"""

from typing import Final

MONTHS_PER_YEAR: Final = 12
HOURS_PER_DAY: Final = 24
DAYS_PER_YEAR: Final = 365
HOURS_PER_YEAR: Final = HOURS_PER_DAY * DAYS_PER_YEAR

SECONDS_PER_HOUR: Final = 3600.0
USD_PER_KUSD: Final = 1000.0
W_PER_MW: Final = 1e6
MWH_PER_GWH: Final = 1000.0
KW_PER_MW: Final = 1000.0
KG_PER_T: Final = 1000.0
T_PER_KT: Final = 1000.0
KUSD_PER_MUSD: Final = 1000.0
TOKENS_PER_GTOK: Final = 1e9
MTOK_PER_GTOK: Final = 1000.0
MS_PER_S: Final = 1000.0
BITS_PER_BYTE: Final = 8.0
KB_PER_GB: Final = 1e6
GFLOP_PER_TFLOP: Final = 1000.0
MFLOP_PER_GFLOP: Final = 1000.0
FLOP_PER_MULTIPLY_ADD: Final = 2.0

GTOK_PER_H_PER_TOK_PER_S: Final = SECONDS_PER_HOUR / TOKENS_PER_GTOK
"""1 token/s sustained for an hour, in Gtok/h."""

MWH_PER_GTOK_PER_J_PER_TOK: Final = TOKENS_PER_GTOK / SECONDS_PER_HOUR / W_PER_MW
"""1 J/token is 1/3.6 MWh/Gtok."""

KUSD_PER_GTOK_PER_USD_PER_MTOK: Final = 1.0
"""1 $/Mtok is 1 k$/Gtok: a thousand dollars for a thousand millions of tokens."""

KUSD_PER_MWH_PER_USD_PER_MWH: Final = 1.0 / USD_PER_KUSD

EARTH_RADIUS_KM: Final = 6371.0
