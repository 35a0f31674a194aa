"""Right and wrong answers to every exercise, a module for each assignment.

RIGHT: exercise -> two functions that solve it differently. WRONG: exercise -> [(function, words its feedback must hold)].
"""
