"""Versions of what is written to files: a file says its format, and another is never misread."""


def fault_of_format(found: object, newest: int, what: str, oldest: int = 1) -> str:
    """Say why a format cannot be read; nothing where it can.

    Parameters
    ----------
    found : object
        The format that the file says it has.
    newest, oldest : int
        The formats that are read: `newest` is the one written.
    what : str
        What has the format, in words.
    """
    if type(found) is int and oldest <= found <= newest:
        return ""
    if is_newer(found, newest):
        return (
            "written by a newer optimizer; update this one, which reads"
            f" {what} formats up to {newest}"
        )
    read = f"{newest}" if oldest == newest else f"from {oldest} to {newest}"
    return f"must be {read}, the {what} format of this version"


def is_newer(found: object, newest: int) -> bool:
    """Whether a format is one that this version does not know yet."""
    return type(found) is int and found > newest
