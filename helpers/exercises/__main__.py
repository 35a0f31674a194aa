"""Give the learner a copy of every exercise: python -m helpers.exercises [FOLDER]"""

import sys

from helpers.exercises import copies

if __name__ == "__main__":
    for sentence in copies.main(*sys.argv[1:2]):
        print(sentence)
