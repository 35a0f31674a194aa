"""helpers.counting: every count equals that of a real layer, and the numbers of the article."""

import inspect

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from helpers import counting

sizes = st.integers(1, 12)


def parameters(*layers):
    return sum(p.numel() for layer in layers for p in layer.parameters())


@given(T=sizes, V=sizes, H=sizes)
def test_padded_network_equals_a_linear_layer(T, V, H):
    assert counting.padded_network(T, V, H) == parameters(torch.nn.Linear(T * V, H))


@given(T=sizes, V=sizes, H=sizes, E=sizes)
def test_embed_then_flatten_equals_an_embedding_and_a_linear_layer(T, V, H, E):
    layers = torch.nn.Embedding(V, E), torch.nn.Linear(T * E, H)
    assert counting.embed_then_flatten(T, V, H, E) == parameters(*layers)


@given(V=sizes, H=sizes)
def test_rnn_equals_torch_without_its_second_bias(V, H):
    assert counting.rnn(V, H) == parameters(torch.nn.RNN(V, H)) - H


@given(V=sizes, H=sizes, E=sizes)
def test_rnn_on_embedding_equals_torch_without_its_second_bias(V, H, E):
    assert counting.rnn_on_embedding(V, H, E) == parameters(torch.nn.Embedding(V, E), torch.nn.RNN(E, H)) - H


@given(V=sizes, H=sizes)
def test_lstm_equals_torch_without_its_second_bias(V, H):
    assert counting.lstm(V, H) == parameters(torch.nn.LSTM(V, H)) - 4 * H


@given(V=sizes, H=sizes)
def test_gru_equals_torch_without_what_of_its_second_bias_is_not_b_hn(V, H):
    assert counting.gru(V, H) == parameters(torch.nn.GRU(V, H)) - 2 * H


def test_the_numbers_of_the_article():
    assert counting.padded_network(T=20, V=20_000, H=10) == 4_000_010
    assert counting.rnn(V=20_000, H=10) == 200_110


@pytest.mark.parametrize("count", [counting.rnn, counting.rnn_on_embedding, counting.lstm, counting.gru])
def test_a_recurrent_count_does_not_ask_for_the_length(count):
    assert "T" not in inspect.signature(count).parameters


def test_counts_stay_exact_beyond_a_billion():
    assert counting.padded_network(100_000, 1_000_000, 1_000) == 10**14 + 1_000
