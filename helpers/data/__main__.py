"""`python -m helpers.data`: download every data set, or check that it is here and complete.

Every way to set up the course runs this, so it also installs the hook of `helpers.shadow`.
"""

import sys

from helpers import shadow
from helpers.data.archives import ARCHIVES, DataUnavailable, fetch, missing


def main():
    shadow.lay()
    for name in ARCHIVES:
        here = name not in missing()
        try:
            fetch(name)
        except DataUnavailable as problem:
            sys.exit(str(problem))
        print(f"{name}: {'here' if here else 'fetched'}, intact")


if __name__ == "__main__":
    main()
