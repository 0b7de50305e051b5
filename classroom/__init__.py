"""The class: thirty people and one lesson, in plain Python over one SQLite file.

This package knows codes, answers and drawings as plain values. It knows nothing of pages, of
Streamlit or of a network's layers; pages reach it through ``ui``. This is a whole lesson::

    from classroom import classes, codes, drawings, polling, question, students, votes
    from classroom.store import from_environment

    store = from_environment()                    # the file; None if classes are switched off
    begun = classes.start(store)                  # begun.code for the board, begun.key for me
    teacher = classes.lead(store, begun.key)

    device = codes.new_key()                      # the browser keeps it, over reloads
    student = students.join(store, "kq7xm", device, "192.168.1.20")

    asked = question.Question("padding", "pa_g1", 0, "How many outputs?", right=7)
    vote = votes.call(teacher, asked)
    votes.answer(student, vote, 6)                # the student's page does not judge it
    votes.again(teacher, vote)                    # the class has talked
    votes.answer(student, vote, 7)
    votes.reveal(teacher, vote)
    votes.ballot(student, "padding", "pa_g1", 0).class_   # now everybody sees both rounds

    drawings.ask(teacher, 4)                      # "Everyone draw a 4"
    drawings.hand_in(student, image)              # (28, 28) in [0, 1]
    polling.look(teacher)                         # has anything happened? once a second
    classes.end(teacher)                          # everything is deleted

Three rules hold everywhere. A function takes a :class:`~classroom.classes.Teacher` or a
:class:`~classroom.students.Student`, and only the key gives the one, only a device in the class the
other: what a student can do is what can be done with a ``Student``. Whatever cannot be done raises
a :class:`~classroom.trouble.Trouble` with one sentence to show, and has changed nothing. What is
sent is data: numbers, options, names from a fixed alphabet; text is one printable line.

Its chapters, each readable from those above it:

1. :mod:`~classroom.limits`: every bound. :mod:`~classroom.trouble`: what goes wrong, in sentences.
   :mod:`~classroom.checks`: what comes from outside, made a value or refused.
2. :mod:`~classroom.codes`: codes and keys. :mod:`~classroom.clock`: time that no hand turns.
   :mod:`~classroom.folder`: where the file lies. :mod:`~classroom.tables`: what is in it.
3. :mod:`~classroom.store`: the file, shared by all processes of a machine.
   :mod:`~classroom.pace`: not too much at once.
4. :mod:`~classroom.classes`: from start to end. :mod:`~classroom.students`: joining.
5. :mod:`~classroom.posted`: what the teacher puts up for all. :mod:`~classroom.tasks`: a lesson
   set up, with what is locked and hidden. :mod:`~classroom.leading`: "bring everyone here", and
   who is where.
6. :mod:`~classroom.question`, :mod:`~classroom.tally`, :mod:`~classroom.votes`: guess, talk, guess
   again, reveal.
7. :mod:`~classroom.drawings`: handed in, hidden, shown. :mod:`~classroom.training`: divided by
   student.
8. :mod:`~classroom.polling`: is there anything new? :mod:`~classroom.takeaway`: what goes home.

How long anything is kept: until the teacher ends the class, or ``limits.LIFETIME``; see
:mod:`~classroom.classes`. Nothing is kept that was not handed in.
"""
