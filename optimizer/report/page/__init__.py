"""One page of HTML for a plan or a comparison, self-contained: it fetches nothing.

It says what the printout says, by the same tables and sentences, and draws it.
"""
