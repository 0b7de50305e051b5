"""The tables of the class's file. Everything of a class goes with its row in ``class``.

Numbers of rows are never given twice (AUTOINCREMENT): whoever still holds one of a class that is
over finds nothing, not somebody else's. Times are readings of the file's own clock in seconds.
"""

from __future__ import annotations

SCHEMA = """
CREATE TABLE IF NOT EXISTS clock (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    boot TEXT NOT NULL, ticks REAL NOT NULL, wall REAL NOT NULL, -- a moment,
    reading REAL NOT NULL                                        -- and what the clock read then
);
CREATE TABLE IF NOT EXISTS pace (            -- what happened lately, see classroom.pace
    who BLOB PRIMARY KEY, times TEXT NOT NULL, last REAL NOT NULL
);
CREATE TABLE IF NOT EXISTS class (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    code TEXT NOT NULL UNIQUE,
    teacher BLOB NOT NULL UNIQUE,            -- digest of the teacher's key
    begun REAL NOT NULL,
    news INTEGER NOT NULL DEFAULT 1,         -- grows with whatever students are to see
    work INTEGER NOT NULL DEFAULT 1,         -- grows with whatever the teacher is to see
    offer TEXT, task TEXT,                   -- JSON, see classroom.leading and classroom.tasks
    ask INTEGER,                             -- the drawings asked for at present
    covered INTEGER NOT NULL DEFAULT 1       -- whether the projector's grid is covered
);
CREATE TABLE IF NOT EXISTS student (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL REFERENCES class (id) ON DELETE CASCADE,
    device BLOB NOT NULL,                    -- digest of the device's key
    lesson TEXT NOT NULL DEFAULT '', seen REAL NOT NULL,
    UNIQUE (class, device)
);
CREATE TABLE IF NOT EXISTS vote (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL REFERENCES class (id) ON DELETE CASCADE,
    lesson TEXT NOT NULL, name TEXT NOT NULL, turn INTEGER NOT NULL,
    question TEXT NOT NULL,                  -- JSON, see classroom.question
    round INTEGER NOT NULL DEFAULT 1, revealed INTEGER NOT NULL DEFAULT 0,
    UNIQUE (class, lesson, name, turn)
);
CREATE TABLE IF NOT EXISTS answer (
    vote INTEGER NOT NULL REFERENCES vote (id) ON DELETE CASCADE,
    student INTEGER NOT NULL REFERENCES student (id) ON DELETE CASCADE,
    round INTEGER NOT NULL,
    value TEXT NOT NULL,                     -- JSON: a number, or an option's name
    PRIMARY KEY (vote, student, round)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS answer_student ON answer (student);
CREATE TABLE IF NOT EXISTS ask (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL REFERENCES class (id) ON DELETE CASCADE,
    label INTEGER                            -- the digit asked for; NULL: any
);
CREATE INDEX IF NOT EXISTS ask_class ON ask (class);
CREATE TABLE IF NOT EXISTS drawing (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    class INTEGER NOT NULL REFERENCES class (id) ON DELETE CASCADE,
    student INTEGER NOT NULL REFERENCES student (id) ON DELETE CASCADE,
    ask INTEGER NOT NULL REFERENCES ask (id) ON DELETE CASCADE,
    label INTEGER NOT NULL CHECK (label BETWEEN 0 AND 9),
    image BLOB NOT NULL CHECK (length(image) = 784),
    hidden INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS drawing_class ON drawing (class);
CREATE INDEX IF NOT EXISTS drawing_student ON drawing (student);
CREATE INDEX IF NOT EXISTS drawing_ask ON drawing (ask);
"""
