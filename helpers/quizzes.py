"""The quizzes at the end of the lessons, here so that their answers do not stand above the questions."""

from helpers.quiz import quiz


def lesson_1():
    return quiz(
        (
            "A layer built for 5 words of a 15-word vocabulary meets a sentence of 6 words. What happens?",
            {
                "It ignores the sixth word": "Nothing is ignored: matrices of these shapes cannot be multiplied.",
                "It raises a shape error": "90 inputs meet weights for 75, and there is no weight for the rest.",
                "It gives a worse answer": "It gives no answer at all: 90 inputs meet weights for 75.",
            },
            "It raises a shape error",
        ),
        (
            "What does sharing weights over time save, against the padded network on one-hot words?",
            {
                "The factor T": "One V x H matrix serves all positions; a small H x H matrix and a bias come on top.",
                "The factor V": "The RNN's input matrix still has a row per word; an embedding deals with that.",
                "The factor H": "Both have H units, each with its own weights.",
            },
            "The factor T",
        ),
        (
            "Why did embed-then-flatten fall to chance at the other place?",
            {
                "Its embedding did not know the word": "It did: the embedding is shared by all positions.",
                "Its next layer has weights for positions": "Those of the other place have never met a telling word.",
                "It has too few parameters": "At the place it learned, it answers as well as the others.",
            },
            "Its next layer has weights for positions",
        ),
        (
            "A bag of words gets more than seven of ten film reviews right. What does that show?",
            {
                "Order never matters": "Shuffle the restaurant reviews: there it decides.",
                "Single words often tell": "In most film reviews they do; a model that reads the order can gain only on the others.",
                "An RNN is needed": "Not for these: a simple opponent that does well must be beaten first.",
            },
            "Single words often tell",
        ),
    )


def lesson_2():
    return quiz(
        (
            "A corpus of 1,000,000 words has 30,000 different ones. How long is a one-hot row?",
            {
                "1,000,000": "That is the length of the text; a column stands for each different word.",
                "30,000": "One column per entry of the vocabulary (and four more for the special tokens).",
                "As long as the sentence": "The sentence's length is the number of rows.",
            },
            "30,000",
        ),
        (
            "Why does nobody multiply one-hot rows by a matrix?",
            {
                "The result is a row of the matrix": "So a look-up by id gives it, without the products with 0.",
                "It would be inexact": "It is exact; all but one product are 0.",
                "Matrices cannot be that large": "They can; it only takes V times the memory for the rows.",
            },
            "The result is a row of the matrix",
        ),
        (
            "You average the rows of a padded batch without a mask. What do you see?",
            {
                "A shape error": "No error at all: the shapes fit, which is what makes this bug silent.",
                "A result that depends on the batch": "A longer neighbour means more padding, and that is averaged in.",
                "The right result": "The rows of the padding are averaged in.",
            },
            "A result that depends on the batch",
        ),
        (
            "With characters as tokens almost nothing is unknown. What is the price?",
            {
                "A larger vocabulary": "It is much smaller.",
                "Much longer sequences": "A review takes five to six times as many steps as in words.",
                "No price": "Count the steps per review in the table above.",
            },
            "Much longer sequences",
        ),
    )


def lesson_3():
    return quiz(
        (
            "D = 3 and H = 2. What shape has W_hh?",
            {
                "(3, 2)": "That is W_xh, from input to state.",
                "(2, 2)": "From every old unit to every new one.",
                "(5, 2)": "That is W_xh and W_hh stacked, for the concatenated row.",
            },
            "(2, 2)",
        ),
        (
            "You draw the cell with input and state concatenated. How many more weights does it have?",
            {
                "None": "One stacked matrix holds the same numbers as the two.",
                "H x H": "These are there in both drawings.",
                "D x H": "These are there in both drawings.",
            },
            "None",
        ),
        (
            "A unit's state is 0.999. Its input changes a little. What does the state do?",
            {
                "It follows": "On the flat end of tanh the slope is 1 - 0.999², about 0.002.",
                "Almost nothing": "It is saturated: the slope there is about 0.002.",
                "It flips sign": "Only a large change of z could do that.",
            },
            "Almost nothing",
        ),
        (
            "All logits grow by 7. What happens to the softmax?",
            {
                "Nothing": "Only differences of logits matter; the common factor cancels.",
                "The largest class wins more clearly": "Multiplying the logits would do that; adding does not.",
                "It overflows": "exp of a few more is still a number, and a stable softmax subtracts the largest first.",
            },
            "Nothing",
        ),
    )


def lesson_4():
    return quiz(
        (
            "An RNN is unrolled over 100 words. How many different W_hh does it use?",
            {
                "1": "Unrolling draws the same cell 100 times; there is one set of weights.",
                "99": "The drawing shows 99 arrows, all of the same matrix.",
                "100": "The drawing shows many arrows, all of the same matrix.",
            },
            "1",
        ),
        (
            "What does one step hand to the next?",
            {
                "Its output": "The output is made from the state and goes out, not on.",
                "Its hidden state": "h_t, with everything the network still knows.",
                "Its word": "Each step brings its own.",
            },
            "Its hidden state",
        ),
        (
            "You run a padded batch without lengths and read the last column. When do you notice?",
            {
                "At once, a shape error": "All shapes fit.",
                "When a row contains NaN": "The numbers are fine, only wrong.",
                "Perhaps never": "Answers depend on the padding, and nothing says so.",
            },
            "Perhaps never",
        ),
        (
            "The loss was a mean over steps and is now a sum. T = 50. What happens to the gradient?",
            {
                "It is 50 times as large": "Every step counts fully in place of a fiftieth.",
                "Nothing": "The factor T passes straight into the gradient.",
                "It is 50 times as small": "The other way round.",
            },
            "It is 50 times as large",
        ),
        (
            "When do recent inputs weigh more than old ones?",
            {
                "Always": "Set the recurrent weights to 2 and the inputs to 0.125 in the last explorer.",
                "While the map from state to state contracts": "Then what came before is damped, step after step.",
                "Never": "With the paper-sized network as it is, they do.",
            },
            "While the map from state to state contracts",
        ),
    )


def lesson_6():
    return quiz(
        (
            "A review of 11 words gets one label. How many of its steps carry a loss?",
            {
                "1": "Many to one: only the step that speaks, the last real one.",
                "11": "That is many to many, equal: a label for every word.",
                "12": "That is a generator: eleven words and the end token are predicted.",
            },
            "1",
        ),
        (
            "What does teacher forcing feed in at a step, in training?",
            {
                "The network's own last answer": "That is free running, what happens when it is used.",
                "The right token before": "Whatever it would have answered, it reads what should have come.",
                "The token it should answer": "Then it would only have to copy: the input is one step behind the target.",
            },
            "The right token before",
        ),
        (
            "At which temperature does sampling become greedy decoding?",
            {
                "0": "The scores' differences grow without bounds, and the largest takes everything.",
                "1": "At 1 the probabilities are the softmax's own.",
                "2": "That is bolder than the network: unlikely tokens gain.",
            },
            "0",
        ),
        (
            "What does the plain encoder hand to the decoder?",
            {
                "All its states": "That is what attention adds, in lesson 9.",
                "Its last state": "A row of H numbers, for long and for short sentences alike.",
                "Its words": "The decoder never sees them; that is why it mixes up nouns.",
            },
            "Its last state",
        ),
        (
            "A batch of words is padded and you forget the mask. What does the loss say?",
            {
                "An error": "All shapes fit.",
                "The same": "Padding is averaged in.",
                "Something else, often flattering": "That nothing follows the end is learned quickly, and those easy steps are counted.",
            },
            "Something else, often flattering",
        ),
    )
