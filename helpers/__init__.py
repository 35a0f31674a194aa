"""Small helpers of the course "Recurrent neural networks, unrolled".

Importing this package costs next to nothing: each module is imported by name where a lesson needs it.

    text, counting, cells, losses      what the lessons teach, in NumPy
    data                               the real data sets, fetched once, checked, kept
    ngrams                             counts of short histories, the classical language model
    wirings, decoding                  which steps read and which speak; from scores to the next token
    models, training                   small classifiers and the loop that trains them
    memory, paragraphs                 what a network holds, learns and uses: lessons 7 and 8
    figures, explore, live, quiz       pictures, sliders, training seen as it happens, questions
    check                              feedback on exercises
"""

import os

if os.environ.get("RNN_UNROLLED_JITTER"):
    from helpers.experiments import jitter

    jitter.start(int(os.environ["RNN_UNROLLED_JITTER"]))
