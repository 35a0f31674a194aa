"""Measure what notebooks/measured/ lacks: python -m helpers.experiments (a quarter of an hour; it goes on where it stopped)"""

from helpers.experiments import stored

if __name__ == "__main__":
    stored.measure()
