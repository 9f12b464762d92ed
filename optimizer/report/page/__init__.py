"""One self-contained page of HTML for a plan, a displacement or a study.

It shows the tables and sentences of the printout, and draws them; it fetches nothing.
"""
