"""Measure what is missing in notebooks/measured/: python -m helpers.experiments [writer] [recall] [adding] [reviews]

Without a name everything that is missing (half an hour; continues after a stop).
"""

import sys

from helpers.experiments import stored

if __name__ == "__main__":
    stored.measure(*sys.argv[1:])
