"""``optimizer validate``: is an instance sound, and what does it hold."""

from optimizer.cli.options import AsJson, Debug, InstancePath, Quiet, Set
from optimizer.cli.session import session


def validate(
    instance: InstancePath,
    overrides: Set = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
    debug: Debug = False,
) -> None:
    """Check an instance, and tell everything that is wrong with it at once."""
    with session(as_json, quiet, debug) as terminal:
        from optimizer.load import load_instance
        from optimizer.load.profile_checks import profile_warnings
        from optimizer.problem.placements import find_arcs
        from optimizer.problem.unserved import unserved_classes
        from optimizer.report.tables.instance import counts, records

        read = load_instance(instance, overrides or ())
        of_it_all = read.digest()
        nowhere = map(str, unserved_classes(read, find_arcs(read)))
        warnings = [*read.reading.notes, *profile_warnings(read), *nowhere]
        time = read.time
        terminal.say_as_it_is(
            f"{instance} is sound: {read.name}{read.title and f', {read.title}'}."
        )
        terminal.say(
            f"Years {', '.join(map(str, time.years))}; representative days a year {time.days},"
            f" in steps of {time.hours_per_step} h."
        )
        terminal.show([records(read)])
        for warning in warnings:
            terminal.say_as_it_is(f"\nWarning: {warning}.")
        terminal.say_as_it_is(f"\nSHA-256 of it all: {of_it_all}")
        terminal.document(
            {
                "status": "valid",
                "instance": read.name,
                "title": read.title,
                "digest": of_it_all,
                "years": time.years,
                "days": time.days,
                "hours_per_step": time.hours_per_step,
                "counts": counts(read),
                "warnings": warnings,
            }
        )
