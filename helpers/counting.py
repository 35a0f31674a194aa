"""Count the weights and biases of each network's first layers, without the output layer.

T time, V vocabulary, E embedding, H hidden. Each count is the first hidden layer's weights and biases, with the
embedding table where there is one.
"""


def padded_network(T, V, H):
    """One-hot tokens, padded to T and put next to each other, into H units: T*V*H weights + H biases."""
    return T * V * H + H


def embed_then_flatten(T, V, H, E):
    """One row of E numbers per word, T of them next to each other, into H units: V*E + T*E*H weights + H biases."""
    return V * E + T * E * H + H


def rnn(V, H):
    """One recurrent cell on one-hot tokens: V*H + H*H weights + H biases, at any length."""
    return V * H + H * H + H


def rnn_on_embedding(V, H, E):
    """One recurrent cell on embedded tokens: V*E + E*H + H*H weights + H biases, at any length."""
    return V * E + E * H + H * H + H


def lstm(V, H):
    """One LSTM on one-hot tokens: four times an RNN, one for each of i f g o, at any length."""
    return 4 * rnn(V, H)


def gru(V, H):
    """One GRU on one-hot tokens: three times an RNN, one for each of r z n, and the bias b_hn, at any length."""
    return 3 * rnn(V, H) + H
