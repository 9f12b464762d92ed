"""Tables and sentences of a result, for the terminal and the page alike."""
