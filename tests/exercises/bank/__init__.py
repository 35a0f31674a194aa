"""Right and wrong answers to every exercise, one module per assignment.

RIGHT: exercise -> two functions that solve it differently. WRONG: exercise -> [(function, words its feedback must contain)].
"""
