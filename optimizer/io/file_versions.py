"""Versions of file formats: each file states its format, so no version misreads another."""


def fault_of_format(given: object, newest: int, what: str, oldest: int = 1) -> str:
    """Return why a format cannot be read; empty if it can.

    Parameters
    ----------
    given : object
        The format that the file states.
    newest, oldest : int
        The formats that this version reads; it writes `newest`.
    what : str
        Name of the kind of file, in words.
    """
    if type(given) is int and oldest <= given <= newest:
        return ""
    if is_newer(given, newest):
        return (
            "written by a newer optimizer; update this one, which reads"
            f" {what} formats up to {newest}"
        )
    read = f"{newest}" if oldest == newest else f"from {oldest} to {newest}"
    return f"must be {read}, the {what} format of this version"


def is_newer(given: object, newest: int) -> bool:
    """Whether a format is later than those that this version knows."""
    return type(given) is int and given > newest
