"""The published next-word example in numbers, from its two documents to the loss of one of them.

Nothing is drawn here, and no number is written down: the words, ids and answers are those of the task in the
core, what a network says is what the core computes with the 22 weights it is given, and a line that is worked
through "by hand" ends in the core's own number. Stages 1 to 4 are in `texts`, 5 in `parameters`, 6 in
`training`, 7 in `forward`, and the lines of 8 in `unit`, `head` and `loss`.
"""
