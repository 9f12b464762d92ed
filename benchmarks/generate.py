"""Write a synthetic instance of any size, drawn from a seed, as a folder."""

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path

from synthetic.build import build
from synthetic.folder import write_folder
from synthetic.size import Size


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--regions", type=_at_least(1), required=True)
    parser.add_argument("--classes", type=_at_least(1), required=True)
    parser.add_argument("--clouds", type=_at_least(0), required=True)
    parser.add_argument("--offgrid", type=_at_least(0), required=True)
    parser.add_argument("--days", type=_at_least(1), required=True, help="of 24 steps, a year")
    parser.add_argument("--years", type=_at_least(1), required=True, help="periods")
    parser.add_argument(
        "--fixed-cost-share",
        type=_share,
        help="wanted share of opening in the system cost, below 1",
    )
    parser.add_argument("--seed", type=_at_least(0), required=True)
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    given = parser.parse_args(arguments)
    size = Size(
        regions=given.regions,
        classes=given.classes,
        clouds=given.clouds,
        offgrid=given.offgrid,
        days=given.days,
        years=given.years,
        fixed_cost_share=given.fixed_cost_share,
        seed=given.seed,
    )
    write_folder(build(size), given.out)


def _at_least(least: int) -> Callable[[str], int]:
    def whole_number(text: str) -> int:
        number = int(text)
        if number < least:
            raise argparse.ArgumentTypeError(f"must be at least {least}")
        return number

    return whole_number


def _share(text: str) -> float:
    share = float(text)
    if not 0 <= share < 1:
        raise argparse.ArgumentTypeError("must be at least 0 and below 1")
    return share


if __name__ == "__main__":
    main()
