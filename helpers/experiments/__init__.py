"""Trainings too long for a lesson, and the curves that are stored from them: `make curves`, or python -m helpers.experiments

sonnets              the character model of lesson 5
recall_and_adding    two tasks for a memory, and what seven cells learn of them: lessons 7 and 8
forgetting           film reviews with neutral words after the telling ones: lesson 7
trained              a classifier that lessons 1, 4 and 6 start from
stored               all that is measured once and kept in notebooks/measured/
    jitter               last bits changed at random, to see which outputs hang on them
"""
