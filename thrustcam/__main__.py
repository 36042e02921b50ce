"""`python -m thrustcam`."""

import sys

from thrustcam.cli import main

if __name__ == "__main__":  # worker processes import this module
    sys.exit(main())
