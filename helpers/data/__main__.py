"""`python -m helpers.data`: fetch every data set, or check that it is here and whole."""

import sys

from helpers.data.archives import ARCHIVES, DataUnavailable, fetch, missing


def main():
    for name in ARCHIVES:
        here = name not in missing()
        try:
            fetch(name)
        except DataUnavailable as problem:
            sys.exit(str(problem))
        print(f"{name}: {'here' if here else 'fetched'}, intact")


if __name__ == "__main__":
    main()
