"""Every bound of a class in one place: nobody in it can fill the machine or stop the lesson.

Whatever goes over one of these is refused with one plain sentence, and nothing else happens.
"""

from __future__ import annotations

#: Seconds after which a class is over and deleted, whether its teacher ended it or not.
LIFETIME = 12 * 3600.0
#: Classes in one file.
CLASSES = 40
#: New classes a minute, whoever starts them.
STARTS = 12

#: Students of one class.
STUDENTS = 60
#: Seconds without a sign after which a student is not counted as present.
PRESENT = 60.0
#: Seconds for which a sign need not be written again.
FRESH = 20.0
#: Seconds after which a seat may be given to another if nothing was ever handed in from it.
EMPTY_SEAT = 600.0
#: Messages of one device within ``MESSAGES_WITHIN`` seconds.
MESSAGES = 20
MESSAGES_WITHIN = 10.0
#: Wrong codes a minute from one address, and from all together. A whole school may share one
#: address, so a few are not many; guessing at the second pace, one of twenty million codes is
#: found in a month of nights.
WRONG_CODES = 30
WRONG_CODES_IN_ALL = 300
MINUTE = 60.0

#: Drawings of one student.
DRAWINGS = 40
#: Times that a teacher asks for drawings in one class.
ASKS = 200
#: Votes of one class.
VOTES = 300
#: Options of one question, and wrong answers that it can name the reason of.
OPTIONS = 40
KNOWN = 40

#: Bytes of anything that is sent at once.
MESSAGE_BYTES = 64 * 1024
#: Characters of a sentence, of an option and of a setting's value.
SENTENCE = 500
LABEL = 200
SETTING = 20_000
#: Settings of a task or an offer.
SETTINGS = 200
#: An answer's size; a guess is never larger, and floats still tell neighbours apart.
NUMBER = 1e12

#: Bytes of the file, all classes together.
FILE_BYTES = 256 * 1024 * 1024
