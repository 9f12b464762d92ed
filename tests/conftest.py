import os

from hypothesis import settings

# A property may solve a program, so no example has a deadline; runs in CI repeat exactly.
settings.register_profile("local", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")
