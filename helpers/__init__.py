"""The helpers of the course "Recurrent neural networks, unrolled".

Importing this package is fast, because each module is imported by name where it is needed. A module imports only from
its own group and those above it. tests/test_layers.py checks this, and checks that this list is complete.

The mathematics that the lessons build, in NumPy alone
    text            words, ids, padding, one-hot rows
    counting        how many weights the first layers of a network have
    losses          softmax and cross-entropy
    scans           linear recurrences without waiting for the step before
    cells/          RNN, LSTM, GRU and minGRU: one step, the forward pass, the backward pass
    models          small classifiers, and an encoder with a decoder, with gradients by hand
    training        batches, clipping, Adam
    decoding        from scores to the next token, and to the best row of tags
    wirings         which steps read an input and which give an answer
    attention       weighted means over all states
    matrix_memory   pairs of a key and a value, kept in a matrix
    ctc             the loss for labels without an alignment
    sound           13 numbers for each frame of a sound, a whisper made of them, and sound files
    ngrams          the classical language model: counts of short histories
    memory          what a state remembers, and how far gradients reach back
    toy             a network small enough to compute on paper
    rounding        measured numbers, rounded so that every processor prints the same
    validate        clear error messages for arrays that do not fit
Data
    data/           every data set, fetched or generated
Pictures
    figures         pictures with alt text
    diagrams/       drawings of networks, in one visual language
Machinery
    widgets/        the parts of explorers and quizzes, and what a stopped cell shows; no notebook imports it
On the page
    live            curves that grow while a network trains
    quizzes         the questions at the end of each lesson
Trainings
    experiments/    trainings too long for a lesson, their stored curves, and jitter, which tests printed numbers
    applications/   what the application notebooks share
For the learner
    explorers/      pictures with sliders, by lesson and application
    exercises/      checks of learners' answers
For the instructor
    grading/        variants, starters, grading in a sandbox, and storing the outputs of notebooks
Set-up
    install         makes .venv: `make install`
    my_course       lays out the learner's own copy of the course
    lab             opens the course in JupyterLab: `make lab`
    shadow          tells learners that their own helpers.py hides this package
    __main__        checks that everything is installed: `make check`
"""

import os

if os.environ.get("RNN_UNROLLED_JITTER"):
    from helpers.experiments import jitter

    jitter.start(int(os.environ["RNN_UNROLLED_JITTER"]))
