"""Give the learner a copy of every exercise: python -m helpers.exercises"""

from helpers.exercises import copies

if __name__ == "__main__":
    for sentence in copies.update():
        print(sentence)
