"""``python -m creditbank.cli`` is the same as ``creditbank``."""

import sys

from creditbank.cli import main

sys.exit(main())
