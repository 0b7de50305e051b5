import numpy as np

from cnn.learn.answers import NO_ANSWER, answers, confusion_matrix


def test_scores_that_are_no_numbers_are_no_answer():
    scores = np.array([[1, 2, np.nan], [np.nan, np.nan, np.nan], [0, np.inf, 1], [3, 0, 1]])
    assert answers(scores, 1).tolist() == [NO_ANSWER, NO_ANSWER, NO_ANSWER, 0]
    assert answers(scores.T).tolist() == answers(scores, 1).tolist()


def test_a_sample_without_an_answer_is_counted_in_no_cell():
    counts = confusion_matrix(np.array([0, 0, 1, 1]), np.array([0, 1, NO_ANSWER, 1]), 2)
    assert counts.tolist() == [[1, 1], [0, 1]]
