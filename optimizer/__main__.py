"""``python -m optimizer`` is the command ``optimizer``."""

import sys

from optimizer.cli import main

sys.exit(main())
