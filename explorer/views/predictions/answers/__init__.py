"""What a network says about its task at one moment of its training, beside the truth. Nothing is drawn here.

Which form the answers take is declared by the task (`Task.answer`) and by its data: nothing in here asks for
a task by its name, and each kind of answer has a module of its own. Only so much is run as can be seen, so
that it can be done again several times a second beside the training.
"""

from __future__ import annotations

import numpy as np

from explorer.views.predictions.answers.label import label_predictions
from explorer.views.predictions.answers.labels import labels_predictions
from explorer.views.predictions.answers.run import Params, Run
from explorer.views.predictions.answers.series import series_predictions
from explorer.views.predictions.answers.value import value_predictions
from explorer.views.predictions.answers.values import values_predictions
from explorer.views.predictions.answers.writing import Writing, writing_predictions
from explorer.views.predictions.pictures import Predictions
from lstm_core import Network, OverflowInputError
from lstm_core.tasks import Probe, Task, TaskData

__all__ = ["NOT_FINITE", "Writing", "predictions_of"]

NOT_FINITE = "The numbers are not finite, so there is nothing to show for this moment."


def predictions_of(
    task: Task, data: TaskData, network: Network, params: Params, probe: Probe, *, writing: Writing
) -> Predictions:
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
    Predictions
        The same for the same arguments.

    Raises
    ------
    InputError
        If the arguments do not fit each other, or the start of a text cannot be read. Numbers that are not
        finite are told in the predictions.

    Examples
    --------
    >>> from lstm_core import TASKS
    >>> rng = np.random.default_rng(0)
    >>> task = TASKS["parity"]
    >>> data = task.build(rng)
    >>> network = Network(data.recipe.network)
    >>> probe = data.reader.read("0110")
    >>> seen = predictions_of(task, data, network, network.init(rng), probe, writing=Writing(""))
    >>> seen.picture.rows[0].inputs, seen.picture.rows[0].truths
    (('0', '1', '1', '0'), ('e', 'o', 'e', 'e'))
    """
    if not all(np.isfinite(array).all() for array in params.values()):
        return Predictions(summary=(NOT_FINITE,))
    run = Run(data, network, params, probe)
    try:
        match task.answer:
            case "label":
                return label_predictions(run)
            case "labels":
                return labels_predictions(run)
            case "writing":
                return writing_predictions(run, writing)
            case "series":
                return series_predictions(run)
            case "value":
                return value_predictions(run)
            case "values":
                return values_predictions(run)
    except OverflowInputError:
        return Predictions(summary=(NOT_FINITE,))
