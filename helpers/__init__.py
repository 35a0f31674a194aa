"""Small helpers of the course "Recurrent neural networks, unrolled".

Importing this package costs next to nothing: each module is imported by name where a lesson needs it.

    text, counting, cells, losses      what the lessons teach, in NumPy
    data                               the real data sets, fetched once, checked, kept
    ngrams                             counts of short histories, the classical language model
    models, training                   small classifiers and the loop that trains them
    figures, explore, live, quiz       pictures, sliders, training seen as it happens, questions
    check                              feedback on exercises
"""
