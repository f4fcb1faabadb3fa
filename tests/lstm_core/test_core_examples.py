"""Published numbers that can be checked by hand, to every printed digit, and the memory ledger."""

import numpy as np

from lstm_core import LSTM, unroll


def printed(values, digits):
    return [f"{value:.{digits}f}" for value in np.asarray(values).ravel()]


def test_two_steps_by_hand_with_the_same_weights_in_every_gate():
    W = np.array([[0.01, 0.03, 0.05], [0.02, 0.04, 0.06]])
    U = np.array([[0.07, 0.08, 0.09], [0.10, 0.11, 0.12], [0.13, 0.14, 0.15]]).T
    b = np.array([0.16, 0.17, 0.18])
    params = {"W": np.tile(W, 4), "U": np.tile(U, 4), "b": np.tile(b, 4)}
    trace = unroll(LSTM(), params, [[[1, 2], [3, 4]]])
    assert printed(trace["h"][0, 0], 8) == ["0.06286034", "0.08781966", "0.11427430"]
    assert printed(trace["c"][0, 0], 8) == ["0.11430923", "0.15543206", "0.19732381"]
    assert printed(trace["h"][0, 1], 8) == ["0.12820337", "0.20663375", "0.28833557"]
    assert printed(trace["c"][0, 1], 8) == ["0.22783119", "0.35232310", "0.47891992"]


def test_next_word_model_with_trained_weights():
    params = {
        "W": [[0.5866583, 0.46882355, 0.5307267, 1.1682754]],
        "U": [[0.44634107, 0.37472215, 0.31417692, 0.41816187]],
        "b": [0.3832207, 1.3373766, 0.29879212, 0.38187584],
    }
    trace = unroll(LSTM(), params, [[[3], [1]], [[1], [2]]])  # "this is", "is an"
    expected = [
        [
            "0.895031217 0.939564924 0.955457882 0.979899435 0.855164631 0.679813045",
            "0.781308409 0.887048502 0.779109430 0.862287805 1.367297254 0.757153169",
        ],
        [
            "0.725095379 0.858902001 0.680217551 0.824935575 0.493222603 0.376806173",
            "0.848735980 0.918055926 0.901210866 0.946646826 1.217696021 0.794211345",
        ],
    ]
    for example in range(2):
        for t in range(2):
            numbers = [trace[key][example, t, 0] for key in ("i", "f", "g", "o", "c", "h")]
            assert printed(numbers, 9) == expected[example][t].split()

    kernel = np.array([-0.55315286, -1.1231616, 0.7899263, -0.8698494, 1.1733266])
    bias = np.array([-0.3702354, -0.34576902, 0.40953848, -0.35659516, 0.28241307])
    scores = np.exp(trace["h"][:, -1] * kernel + bias)
    chances = scores / scores.sum(axis=1, keepdims=True)
    assert printed(chances[0], 8) == ["0.06413898", "0.04268872", "0.38673618", "0.05115727", "0.45527885"]
    assert printed(chances[1], 8) == ["0.06118220", "0.03986964", "0.38773374", "0.04822958", "0.46298484"]


def test_scalar_cell_over_one_two_three():
    params = {"W": [[0.6, 0.5, 0.7, 0.8]], "U": [[0.2, 0.1, 0.3, 0.4]], "b": [0, 0, 0, 0]}
    trace = unroll(LSTM(), params, [[[1], [2], [3]]])
    expected = [
        "0.622459 0.645656 0.604368 0.689974 0.390214 0.256356",
        "0.736069 0.777520 0.900887 0.845867 0.987682 0.639790",
        "0.826924 0.873023 0.979776 0.934375 1.672105 0.870678",
    ]
    for t, row in enumerate(expected):
        assert printed([trace[key][0, t, 0] for key in ("f", "i", "g", "o", "c", "h")], 6) == row.split()


def test_memory_is_the_sum_of_what_survives_of_every_write(lstm, make_problem):
    problem = make_problem(lstm)
    trace = unroll(problem.cell, problem.params, problem.x, problem.initial)
    last = trace.timesteps - 1
    survives = [np.prod(trace["f"][:, k + 1 :], axis=1) for k in range(trace.timesteps)]
    ledger = problem.initial["c"] * np.prod(trace["f"], axis=1)
    ledger = ledger + sum(trace["i"][:, k] * trace["g"][:, k] * survives[k] for k in range(trace.timesteps))
    np.testing.assert_allclose(trace["c"][:, last], ledger, rtol=0, atol=1e-12)
