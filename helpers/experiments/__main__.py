"""Measure what is missing in notebooks/measured/: python -m helpers.experiments (15 minutes; continues after a stop)"""

from helpers.experiments import stored

if __name__ == "__main__":
    stored.measure()
