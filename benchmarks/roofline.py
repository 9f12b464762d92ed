"""The catalog's roofline: beside every row that has a source, or for one pair.

    python benchmarks/roofline.py
    python benchmarks/roofline.py MODEL HARDWARE --batch 256 --precision FP8 [--context 1000]

The first prints how far the roofline is from the rows whose rate has a source; the second what it
says of a pair, as one JSON line, for a new row of the catalog.
"""

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass

from optimizer import catalog
from optimizer.catalog.roofline import CONTEXT_TOKENS, bits_that_fit, estimate

SCOPE = "wall, by the roofline"
"""Power scope of the rows that the roofline made."""


@dataclass(frozen=True)
class Comparison:
    """A row of the catalog and the roofline's estimate over it, rate and power."""

    id: str
    batch: int
    precision: str
    tokens_per_s: float
    rate_ratio: float
    power_ratio: float


def sourced() -> tuple[str, ...]:
    """Ids of serving rows whose rate was measured, on the pair or on a proxy that is named.

    Left out are rows that were scaled from another row of the catalog, and those of test-time
    compute, which repeat a row with other tokens an answer.
    """
    return tuple(
        key
        for key, row in catalog.rows("serving").items()
        if "measured" in row["source"] or "@" in row["source"]
        if row["power_scope"] != SCOPE and key.count("+") == 1
    )


def compared() -> Iterator[Comparison]:
    """Compare the roofline with every row that has a source."""
    for key in sourced():
        row = catalog.serving(key)
        modelled = estimate(
            catalog.model(row.model),
            catalog.hardware(row.hardware),
            batch=row.batch,
            precision=row.precision,
        )
        yield Comparison(
            key,
            row.batch,
            row.precision,
            row.tokens_per_s,
            modelled.tokens_per_s / row.tokens_per_s,
            modelled.loaded_w / row.loaded_w,
        )


def typical_factor(ratios: list[float]) -> float:
    """Geometric mean of how many times too high or too low, at least 1."""
    return math.exp(sum(abs(math.log(ratio)) for ratio in ratios) / len(ratios))


def _table() -> None:
    rows = list(compared())
    print(f"{'row':34} {'batch':>5} {'precision':14} {'tokens/s':>9} {'rate':>6} {'power':>6}")
    for row in rows:
        print(
            f"{row.id:34} {row.batch:5d} {row.precision:14} {row.tokens_per_s:9.5g}"
            f" {row.rate_ratio:6.2f} {row.power_ratio:6.2f}"
        )
    rates, powers = [row.rate_ratio for row in rows], [row.power_ratio for row in rows]
    print(f"{len(rows)} rows; rate and power are the roofline's over the row's")
    print(f"rate: off by a factor of {typical_factor(rates):.2f} on average,", end=" ")
    print(f"from {min(rates):.2f} to {max(rates):.2f} of the row's")
    print(f"power: off by a factor of {typical_factor(powers):.2f} on average,", end=" ")
    print(f"from {min(powers):.2f} to {max(powers):.2f} of the row's")


def _pair(options: argparse.Namespace) -> None:
    model, hardware = catalog.model(options.model), catalog.hardware(options.hardware)
    batch, context = options.batch, options.context
    modelled = estimate(model, hardware, batch=batch, precision=options.precision, context=context)
    most = bits_that_fit(model, hardware, batch=batch, context=context)
    shown = {
        name: float(f"{value:.4g}") for name, value in asdict(modelled).items() if name != "fits"
    }
    print(json.dumps({**shown, "fits": modelled.fits, "bits_that_fit": float(f"{most:.3g}")}))


def main() -> None:
    """Print the comparison, or the estimate of one pair."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?")
    parser.add_argument("hardware", nargs="?")
    parser.add_argument("--batch", type=int, default=1)
    parser.add_argument("--precision", default="Q4")
    parser.add_argument("--context", type=int, default=CONTEXT_TOKENS)
    options = parser.parse_args()
    if options.model is None:
        _table()
    elif options.hardware is None:
        parser.error("a hardware is due after the model")
    else:
        _pair(options)


if __name__ == "__main__":
    main()
