"""What a network says about its task at one moment of its training, beside the truth. Nothing is drawn here.

Which form the answers take is declared by the task (`Task.answer`) and by its data: nothing in here asks for
a task by its name, and each kind of answer has a module of its own. Only so much is run as can be seen, so
that it can be done again several times a second beside the training.
"""

from __future__ import annotations

import numpy as np

from explorer.views.outcome.answers.label import label_outcome
from explorer.views.outcome.answers.labels import labels_outcome
from explorer.views.outcome.answers.run import Params, Run
from explorer.views.outcome.answers.series import series_outcome
from explorer.views.outcome.answers.value import value_outcome
from explorer.views.outcome.answers.values import values_outcome
from explorer.views.outcome.answers.writing import Writing, writing_outcome
from explorer.views.outcome.pictures import Outcome
from lstm_core import Network, OverflowInputError
from lstm_core.tasks import Probe, Task, TaskData

__all__ = ["NOT_FINITE", "Writing", "outcome_of"]

NOT_FINITE = "The numbers are not finite, so there is nothing to show for this moment."


def outcome_of(
    task: Task, data: TaskData, network: Network, params: Params, probe: Probe, *, writing: Writing
) -> Outcome:
    """Run a network on a probe and on held-out examples, and sort what it says by the kind of its answers.

    Parameters
    ----------
    task : Task
        Declares the kind of answer.
    data : TaskData
        Of the task.
    network : Network
        That fits the data.
    params : mapping of ndarray
        Its parameters.
    probe : Probe
        The sequence that is looked at.
    writing : Writing
        How a text is written; not looked at for other answers.

    Returns
    -------
    Outcome
        The same for the same arguments.

    Raises
    ------
    InputError
        If the arguments do not fit each other, or the start of a text cannot be read. Numbers that are not
        finite are told in the outcome.

    Examples
    --------
    >>> from lstm_core import TASKS
    >>> rng = np.random.default_rng(0)
    >>> task = TASKS["parity"]
    >>> data = task.build(rng)
    >>> network = Network(data.recipe.network)
    >>> probe = data.reader.read("0110")
    >>> seen = outcome_of(task, data, network, network.init(rng), probe, writing=Writing(""))
    >>> seen.picture.rows[0].inputs, seen.picture.rows[0].truths
    (('0', '1', '1', '0'), ('e', 'o', 'e', 'e'))
    """
    if not all(np.isfinite(array).all() for array in params.values()):
        return Outcome(summary=(NOT_FINITE,))
    run = Run(data, network, params, probe)
    try:
        match task.answer:
            case "label":
                return label_outcome(run)
            case "labels":
                return labels_outcome(run)
            case "writing":
                return writing_outcome(run, writing)
            case "series":
                return series_outcome(run)
            case "value":
                return value_outcome(run)
            case "values":
                return values_outcome(run)
    except OverflowInputError:
        return Outcome(summary=(NOT_FINITE,))
