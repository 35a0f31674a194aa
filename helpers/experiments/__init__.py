"""Trainings too long for a lesson, and their stored curves: `make curves`, or python -m helpers.experiments

sonnets              the character models of lesson 6
recall_and_adding    two tasks that need memory, learned by seven cells: lessons 8 and 9
forgetting           film reviews followed by neutral words: lesson 8
trained              a classifier that lessons 1, 4 and 7 start from
stored               reads and writes notebooks/measured/: these curves, and the applications with three seeds
jitter               last bits changed at random, to find outputs that depend on them
"""
