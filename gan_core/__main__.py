"""`python -m gan_core`: the shell."""

import sys

from gan_core.cli import main

if __name__ == "__main__":
    sys.exit(main())
