"""Everything in an instance that is valid but probably not meant, whoever reads it."""

from optimizer.load.assumption_values import assumption_warnings
from optimizer.load.place_checks import place_warnings
from optimizer.load.profile_checks import profile_warnings
from optimizer.schema.instance import Instance


def input_warnings(instance: Instance) -> tuple[str, ...]:
    """Return the warnings about an instance, and how it was read."""
    return (
        *instance.reading.notes,
        *profile_warnings(instance),
        *place_warnings(instance),
        *assumption_warnings(instance),
    )
