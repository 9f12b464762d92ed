"""The program of docs/formulation.md written a second time, and solved by trying every choice.

It reads an instance as it stands in files and shares nothing with the package's formulation or
parameters, so an error there shows as a difference.  Money is k$, energy MWh, work Gtok/h.

It takes what the random instances of `tests.properties.test_by_the_book` have: daily profiles that
are constant over each half of the day, one serving configuration for each hardware, every site near
enough for every class, and storage on the grid at prices above 0.
"""

from collections.abc import Mapping

from optimizer.schema.instance import Instance
from tests.properties.book.rules import Rules


def welfare_usd(
    instance: Instance, near: Mapping[tuple[str, int], float] | None = None, above: bool = False
) -> float:
    """Highest welfare, present value; minus infinity if there is no plan.

    Demand curves are cut into chords, so the welfare of the best plan is at least this; or
    replaced by tangents, so that it is at most this.  Both are fine near the quantities given, in
    multiples of demand by workload and year.
    """
    written = Rules(instance.model_dump(mode="json", by_alias=True), near, above)
    for write in (
        *(written.openings, written.pools, written.work),
        *(written.generators, written.stores, written.power),
        *(written.grid, written.contracts, written.areas, written.connections),
        *(written.single_sites, written.policies, written.outages),
    ):
        write()
    return written.book.best() * 1e3
