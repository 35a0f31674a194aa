"""`python -m helpers.data`: download every data set, or check that it is here and complete.

Every way to set up the course runs this, so it also installs the hook of `helpers.shadow`.
"""

import contextlib
import sys
from pathlib import Path

from helpers import shadow
from helpers.data.archives import ARCHIVES, OPTIONAL, DataUnavailable, fetch, missing, share


def main():
    shadow.lay()
    try:
        for name in ARCHIVES:
            here = name not in missing()
            try:
                path = Path(fetch(name))
            except DataUnavailable as problem:
                if name not in OPTIONAL or here:
                    raise
                print(f"{name}: left out; all but the notebooks that say so work without it. {problem}")
                continue
            with contextlib.suppress(OSError):  # somebody else's file or folder: it can be read, which is enough
                share(path)
            print(f"{name}: {'here' if here else 'fetched'}, intact")
    except DataUnavailable as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
