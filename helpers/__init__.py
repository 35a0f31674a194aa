"""The helpers of the course "Recurrent neural networks, unrolled".

Importing this package costs next to nothing: each module is imported by name where it is needed. A module imports only
from the groups above its own; tests/test_layers.py holds this, and that nothing is missing here.

The mathematics that the lessons build, in NumPy alone
    text            words, ids, padding, one-hot rows
    counting        how many weights a network has
    losses          softmax and cross-entropy
    cells/          RNN, LSTM and GRU: one step, the pass forward, the pass back
    models          small classifiers with gradients by hand
    training        batches, clipping, Adam
    decoding        from scores to the next token
    wirings         which steps read and which speak
    attention       a look back at every state
    ctc             labels without an alignment
    ngrams          counts of short histories, the classical language model
    memory          what a state holds, and how far errors reach back
    toy             the network that is small enough for paper
    rounding        measured numbers, said so that every processor says the same
    validate        clear sentences for arrays that do not fit
Data
    data/           every data set, fetched or generated
Pictures
    figures         pictures with alt text
    diagrams        drawings of a chain of cells and of the LSTM
Machinery
    widgets/        what explorers and quizzes are made of; no notebook imports it
On the page
    live            curves that grow while a network trains
    quizzes         the questions at the end of each lesson
Trainings
    experiments/    trainings too long for a lesson, and their stored curves
    applications/   what the application notebooks share
For the learner
    explorers/      pictures with sliders, a module for each lesson and application
    exercises/      the checks of answers, and the learner's own copies
For the instructor
    grading/        variants, starters, and grading in a sandbox
Set-up
    install         makes .venv: `make install`
    shadow          a sentence for who has a helpers.py of their own
    __main__        is everything in place? `make check`
"""

import os

if os.environ.get("RNN_UNROLLED_JITTER"):
    from helpers.experiments import jitter

    jitter.start(int(os.environ["RNN_UNROLLED_JITTER"]))
