"""The quizzes at the end of the lessons. They are here so that the notebooks do not show the answers in their code."""

from helpers.widgets.quiz import quiz


def fixed_networks():
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
                "The factor V": "The RNN's input matrix still has a row per word; an embedding keeps a row per word and only makes it E numbers long.",
                "The factor H": "Both have H units, each with its own weights.",
            },
            "The factor T",
        ),
        (
            "Embed-then-flatten is near chance at the other place. Why?",
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
                "Words without order are often enough": "In most film reviews they are; a model that reads the order can gain only on the others.",
                "An RNN is needed": "Not for these: a simple opponent that does well must be beaten first.",
            },
            "Words without order are often enough",
        ),
        (
            "An RNN gets every review of its test right, and calls “nothing was good” positive. What is the best reason?",
            {
                "Its test had no such sentence": "It knows no word “nothing”, and its test came from the same grammar as its training.",
                "It is too small": "It has 16 units, and they are enough for all 600 reviews of the test.",
                "It cannot read the order": "It can: shuffle the words of a review, and its answer moves.",
            },
            "Its test had no such sentence",
        ),
    )


def tokens():
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


def one_cell():
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
            "“was” stands twice in a sentence. Is the state after it the same both times?",
            {
                "Yes, always": "Only the word's share is. The state before it has a share too.",
                "Hardly ever": "The word's share is the same, the share of the state before it is not.",
                "Only with one-hot rows": "One-hot or not, the word's share is the same; the other share differs.",
            },
            "Hardly ever",
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


def unrolling():
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
            "When do inputs from long ago weigh less than the newest?",
            {
                "Always": "Set the recurrent weights to 2 and the inputs to 0.125 in the last explorer.",
                "While each step back, on average, makes their influence smaller": "In the long run, that is: a few steps back an older input may still weigh more.",
                "Never": "With the paper-sized network as it is, they do.",
            },
            "While each step back, on average, makes their influence smaller",
        ),
    )


def backpropagation():
    return quiz(
        (
            "The loss is a mean over T steps. Where does the factor 1/T enter on the way back?",
            {
                "In every dz_t": "Then it would be multiplied in again and again on the way.",
                "Once, in dlogits": "It enters with the loss; everything after that only carries it along.",
                "When the steps' contributions are added": "They are added, not averaged: the mean is already in them.",
            },
            "Once, in dlogits",
        ),
        (
            "What is dh_t made of, for a step in the middle?",
            {
                "Its own output's part alone": "The state was also handed on, and the later losses depend on it.",
                "What comes from later alone": "Its own logits depend on it too.",
                "The sum of both": "h_t was used twice, so its derivative has two parts.",
            },
            "The sum of both",
        ),
        (
            "Which array times dz_t is step t's contribution to dW_hh?",
            {
                "h_t": "h_t comes out of the step; W_hh was multiplied by what came in.",
                "h_(t-1)": "Transposed and on the left: it is what W_hh was multiplied by.",
                "x_t": "That gives dW_xh.",
            },
            "h_(t-1)",
        ),
        (
            "One sentence of 3 steps is read once in training. How many updates of W_hh does it bring?",
            {
                "3, one for each step": "The three contributions are first added; all of them belong to the same weights.",
                "1": "One matrix, one gradient, which is the sum of three contributions, one update.",
                "2, because step 1 gives nothing": "Step 1 adds nothing to dW_hh, and still there is one sum and one update.",
            },
            "1",
        ),
        (
            "A sequence ended two steps ago. What does the way back do at such a step?",
            {
                "It stops there": "Then the last real step would get nothing from the losses after it.",
                "dh_t goes back unchanged, and no weight gets anything": "The state was carried on unchanged, so the error is too.",
                "It multiplies by W_hh as ever": "Forward nothing was multiplied at that step.",
            },
            "dh_t goes back unchanged, and no weight gets anything",
        ),
    )


def training():
    return quiz(
        (
            "Training with windows of 25 characters: what crosses the border between two windows?",
            {
                "State and error": "The error stops there; that is what truncation means.",
                "The state": "It is handed on, so the model can use what it read; but no error goes back over the border.",
                "Nothing": "The state does, or every window would begin without a memory.",
            },
            "The state",
        ),
        (
            "The gradient is (3, 4) and the limit is 1. What do clipping by norm and by value make of it?",
            {
                "(0.6, 0.8) and (1, 1)": "By norm divides by the length 5 and keeps the direction; by value turns it to 45°.",
                "(1, 1) and (0.6, 0.8)": "The other way round: value cuts each number on its own.",
                "(0.6, 0.8) both": "By value cuts 3 to 1 and 4 to 1.",
            },
            "(0.6, 0.8) and (1, 1)",
        ),
        (
            "A window of 25 characters: can the model use what stood 60 characters back?",
            {
                "No, 25 is the most": "That is how far the error goes. The state goes on, from window to window.",
                "Yes, if the state still holds it": "Nobody taught it to keep just that over 60 steps, but the state may.",
                "Yes, because the error goes back so far": "The error stops at the border of the window.",
            },
            "Yes, if the state still holds it",
        ),
        (
            "What does a low temperature do to what a model writes?",
            {
                "Likely characters become likelier": "The logits are divided by it, so their differences grow.",
                "The model learns more slowly": "Its weights stay as they are; only the drawing changes.",
                "All characters become equally likely": "That is what a high temperature does.",
            },
            "Likely characters become likelier",
        ),
        (
            "A 6-gram is the surest of all on the text it counted, and worse than a 4-gram on another. What is that?",
            {
                "An error in the counting": "It counted well: it has seen nearly every five characters of its own text.",
                "It has learned the text by heart": "Counts overfit too, and the more the further they look back.",
                "It needs a lower temperature": "No character is drawn here; both texts are only judged.",
            },
            "It has learned the text by heart",
        ),
    )


def four_types():
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
                "All its states": "That is what attention adds, in lesson 10.",
                "Its last state": "A row of H numbers, for long and for short sentences alike.",
                "Its words": "The decoder never sees them, only what the last state kept of them.",
            },
            "Its last state",
        ),
        (
            "A batch of words is padded and you forget the mask. What does the loss say?",
            {
                "An error": "All shapes fit.",
                "The same": "Padding is averaged in.",
                "Something else": "In training it flatters: what follows the end is learned quickly, and it is counted.",
            },
            "Something else",
        ),
    )


def memory():
    return quiz(
        (
            "The largest singular value of W_hh is 0.9. What do you know about a tanh RNN's gradients?",
            {
                "They vanish": "Each step multiplies their size by 0.9 at most, whatever the states are.",
                "They may vanish or not": "The slopes of tanh are at most 1, so 0.9 bounds every step: they vanish.",
                "They explode": "No step can make them larger.",
            },
            "They vanish",
        ),
        (
            "The spectral radius of W_hh is 0.9. Can a gradient grow from one step to the next?",
            {
                "No": "0.9 is what repeated steps tend to; a single one may stretch by the largest singular value.",
                "Yes": "Up to the largest singular value, which may be far above 1. In the long run, with slope 1, it shrinks.",
            },
            "Yes",
        ),
        (
            "Eight words after the telling word, a network answers against the truth. A new read-out of the same state is right. What happened?",
            {
                "It forgot the word": "Then a new read-out would fail as well.",
                "It misreads the word": "The state still tells a good word from a bad one, but the output layer reads it wrongly.",
                "It never knew the word": "Then no read-out could find it.",
            },
            "It misreads the word",
        ),
        (
            "A tanh RNN does not learn recall at lag 50. What follows about its state?",
            {
                "It cannot hold a letter for 50 steps": "It can: from another start the same network learned it.",
                "Training did not find the weights": "What a state can hold and what training finds within a budget are two questions.",
                "The budget was too large": "A larger budget could only help.",
            },
            "Training did not find the weights",
        ),
        (
            "A model of short reviews fails when 40 neutral words follow. Has it too little memory?",
            {
                "Yes, clearly": "It had never met such lengths; first train it on them.",
                "Not shown yet": "A model of the same size that had met such lengths lost next to nothing.",
                "No, the words were not neutral": "A bag of words hardly noticed them.",
            },
            "Not shown yet",
        ),
    )


def gates():
    return quiz(
        (
            "A forget gate stays at 0.9. After how many steps is half of the memory gone?",
            {
                "About 2": "0.9² is 0.81: most of it is still there.",
                "About 7": "ln 2 / -ln 0.9 is between 6 and 7 steps.",
                "About 50": "0.9 to the power of 50 is about 0.005.",
            },
            "About 7",
        ),
        (
            "Why can a cell state carry a gradient further than a tanh state?",
            {
                "It is larger": "Size is not the point: what counts is the factor per step.",
                "Its way back is multiplied by f alone": "No recurrent matrix and no tanh slope stand on it, and f can be near 1.",
                "It has no way back": "It has, and a straight one: dc_t/dc_{t-1} along it is f.",
            },
            "Its way back is multiplied by f alone",
        ),
        (
            "A trained LSTM names the last capital 20 letters later. What did its cell state do in between?",
            {
                "It stayed as it was": "That was the cell set by hand. In the trained one nearly half of the numbers change sign.",
                "It moved, in a way that carries the letter": "Open forget gates add up what comes in; the end of the way still tells which letter it was.",
                "It faded to 0": "Its forget gates were open, so its numbers grew.",
            },
            "It moved, in a way that carries the letter",
        ),
        (
            "A GRU has D = 10 inputs and H = 20 units. Its recurrent matrix W_hh has how many weights?",
            {
                "400": "That is one block; the GRU has one for each of r, u and n.",
                "1,200": "Three blocks of 20 x 20.",
                "1,600": "Four blocks would be an LSTM's.",
            },
            "1,200",
        ),
        (
            "Your LSTM with forget bias 0 does not learn a task with lag 50. What do you try first?",
            {
                "More units": "Each of them would still forget within a step or two.",
                "A larger forget bias at the start": "Then what the task needs survives long enough to be learned from.",
                "A larger learning rate": "There is hardly a gradient from 50 steps back that it could enlarge.",
            },
            "A larger forget bias at the start",
        ),
    )


def attention():
    return quiz(
        (
            "Which of these can a bidirectional network not do?",
            {
                "Tag each word of a finished sentence": "The whole sentence is there, so it can be read from its end.",
                "Suggest the next word while you type": "The backward reader would have to begin at words not yet typed.",
                "Judge a whole review": "It can: join the forward state at the last word and the backward one at the first.",
            },
            "Suggest the next word while you type",
        ),
        (
            "Three weights are 0.5, 0.4 and 0.1, and the values of these steps 0, 1 and -1. What does attention answer?",
            {
                "0": "The step with the largest weight says 0, but the others have their share.",
                "0.3": "0.5 · 0 + 0.4 · 1 + 0.1 · (-1).",
                "1": "That is the largest value alone; its weight is 0.4.",
            },
            "0.3",
        ),
        (
            "You multiply the scores at padding by 0 in place of masking them. What weight do they get?",
            {
                "0": "Softmax turns a score of 0 into a share of e⁰ = 1.",
                "The same as any score of 0": "e⁰ = 1 over the sum of all exponentials, and that is not nothing.",
                "A negative weight": "Softmax gives none.",
            },
            "The same as any score of 0",
        ),
        (
            "With attention the summariser still stops after two things. What would change that?",
            {
                "More units": "Its wiring can do it as it is: it learned three things once it was asked for them.",
                "Training on reviews of three things": "With 300 such reviews it sums up three things, and still not four.",
                "A second decoder": "One decoder did it, once three things were asked for in training.",
            },
            "Training on reviews of three things",
        ),
        (
            "If you read the part on CTC: frames say n n - n o. What does the path say?",
            {
                "no": "The blank keeps the first run of n apart from the next n.",
                "nno": "n n is one n, the blank divides, then another n and o.",
                "nnno": "Equal neighbours become one before the blanks go.",
            },
            "nno",
        ),
    )


def scans():
    return quiz(
        (
            "A scan by doubling runs over T = 1,000 steps. How many passes does it need?",
            {
                "10": "2 to the power 10 is 1,024, the first power that is not below 1,000.",
                "32": "That is the root of 1,000. The reach doubles with each pass: 2, 4, 8, ... 1,024.",
                "500": "Each pass doubles what a step has heard, so far fewer will do.",
            },
            "10",
        ),
        (
            "Which of these cannot be run by a scan of this lesson?",
            {
                "LSTM": "Its gates need the state before, so the factors are not known until that step is made.",
                "minGRU": "Its gates look at the input alone: all factors are known at once.",
                "A linear layer with fixed factors": "Its factors are known before the text is.",
            },
            "LSTM",
        ),
        (
            "A layer's factors depend on the input. Can it be written as one fixed convolution?",
            {
                "No": "Its answer to one tap has another shape for each text, so there is no single kernel.",
                "Yes": "A convolution has one kernel, whatever the text; here the answer to a tap depends on the text.",
                "Only with one unit": "One unit has the same problem: its factor changes with the input.",
            },
            "No",
        ),
        (
            "All factors lie between 0 and 1, and rows get longer and longer. When does such a network get parity right?",
            {
                "Never beyond some length": "On ones each unit is a constant plus a power that fades, and H of these together turn the answer round at most H times.",
                "With enough units": "Each unit allows one turn more, so any number of them runs out.",
                "With enough training": "No training changes the sign of a factor between 0 and 1.",
            },
            "Never beyond some length",
        ),
        (
            "The state is a matrix of 64 x 64 numbers. A cache keeps a key and a value of 64 numbers each for every token. "
            "How many tokens make the cache as large as the state?",
            {
                "32": "A token costs 2 · 64 = 128 numbers, and 64 · 64 / 128 is 32.",
                "64": "Each token brings a key and a value, so twice 64 numbers.",
                "4,096": "That is the size of the matrix; a token costs 128 numbers, not one.",
            },
            "32",
        ),
    )
