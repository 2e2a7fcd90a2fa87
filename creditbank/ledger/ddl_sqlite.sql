-- Moments and ids are text as Django writes them, so that the read-only models compare them rightly.
CREATE TABLE book (
    holder_id TEXT NOT NULL PRIMARY KEY CHECK (length(holder_id) = 32),
    state INTEGER NOT NULL CHECK (state IN (1, 2, 3)),
    salt BLOB NULL CHECK (length(salt) = 32),
    opened_at TEXT NOT NULL,
    CHECK (salt IS NOT NULL OR state = 3)
) STRICT, WITHOUT ROWID;

CREATE TABLE passbook_line (
    holder_id TEXT NOT NULL CHECK (length(holder_id) = 32),
    source TEXT NOT NULL CHECK (length(source) = 32),
    amount INTEGER NOT NULL CHECK (amount > 0),
    available INTEGER NOT NULL CHECK (available >= 0),
    held INTEGER NOT NULL CHECK (held >= 0),
    spent INTEGER NOT NULL CHECK (spent >= 0),
    expired INTEGER NOT NULL CHECK (expired >= 0),
    owed INTEGER NOT NULL CHECK (owed >= 0),
    earned INTEGER NOT NULL CHECK (earned >= 0),
    recorded_at TEXT NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    closes INTEGER NULL,
    batch_id INTEGER NULL,
    institution_id INTEGER NULL,
    occurred_on TEXT NULL CHECK (length(occurred_on) = 10),
    actor_id INTEGER NOT NULL,
    approver_id INTEGER NULL,
    policy_version INTEGER NULL,
    kind INTEGER NOT NULL CHECK (kind BETWEEN 1 AND 8),
    domain INTEGER NULL CHECK (domain BETWEEN 1 AND 5),
    stage INTEGER NULL CHECK (stage BETWEEN 1 AND 3),
    reason INTEGER NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    CONSTRAINT passbook_line_pkey PRIMARY KEY (holder_id, seq),
    CONSTRAINT passbook_line_source UNIQUE (holder_id, source),
    CONSTRAINT passbook_line_double_entry CHECK (earned + owed = available + held + spent + expired),
    CONSTRAINT passbook_line_owing CHECK ((owed = 0 OR available = 0) AND owed <= held + spent),
    CONSTRAINT passbook_line_ending CHECK (
        CASE WHEN kind IN (2, 4, 5, 6, 8) THEN closes IS NOT NULL AND closes > 0 AND closes < seq
             WHEN kind = 1 THEN closes IS NULL OR (closes > 0 AND closes < seq)
             ELSE closes IS NULL END),
    CONSTRAINT passbook_line_two_persons CHECK (
        (approver_id IS NULL OR approver_id <> actor_id) AND (kind NOT IN (1, 2, 6) OR approver_id IS NOT NULL)),
    CONSTRAINT passbook_line_reason CHECK (kind NOT IN (2, 6, 8) OR reason IS NOT NULL),
    CONSTRAINT passbook_line_earn_facts CHECK (
        (kind = 1) = (institution_id IS NOT NULL) AND (kind = 1) = (domain IS NOT NULL)
        AND (kind = 1) = (stage IS NOT NULL) AND (kind = 1) = (occurred_on IS NOT NULL))
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX passbook_line_closes ON passbook_line (holder_id, closes) WHERE closes IS NOT NULL;

CREATE TABLE posting_batch (
    id INTEGER PRIMARY KEY,
    subject TEXT NOT NULL UNIQUE,
    institution_id INTEGER NOT NULL,
    lines INTEGER NOT NULL CHECK (lines >= 0),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    digest BLOB NOT NULL CHECK (length(digest) = 32),
    chunk_size INTEGER NOT NULL CHECK (chunk_size > 0),
    created_at TEXT NOT NULL,
    finished_at TEXT NULL
) STRICT;

CREATE TABLE posting_chunk (
    batch_id INTEGER NOT NULL REFERENCES posting_batch (id),
    chunk_no INTEGER NOT NULL CHECK (chunk_no >= 0),
    lines INTEGER NOT NULL CHECK (lines >= 0),
    amount INTEGER NOT NULL CHECK (amount >= 0),
    recorded_at TEXT NOT NULL,
    CONSTRAINT posting_chunk_pkey PRIMARY KEY (batch_id, chunk_no)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER passbook_line_follows BEFORE INSERT ON passbook_line WHEN NEW.seq > 1
BEGIN
    SELECT RAISE(ABORT, 'passbook_line_continuity: the line does not follow from the book')
    WHERE NOT EXISTS (
        SELECT 1 FROM passbook_line p
        WHERE p.holder_id = NEW.holder_id AND p.seq = NEW.seq - 1
          AND NEW.recorded_at >= p.recorded_at
          AND NEW.available - NEW.owed = p.available - p.owed
              + CASE WHEN NEW.kind IN (1, 4, 6, 8) THEN NEW.amount WHEN NEW.kind = 5 THEN 0 ELSE -NEW.amount END
          AND NOT (NEW.kind IN (3, 7) AND NEW.owed > 0)
          AND NEW.held = p.held
              + CASE WHEN NEW.kind = 3 THEN NEW.amount WHEN NEW.kind IN (4, 5) THEN -NEW.amount ELSE 0 END
          AND NEW.spent = p.spent + CASE NEW.kind WHEN 5 THEN NEW.amount WHEN 6 THEN -NEW.amount ELSE 0 END
          AND NEW.expired = p.expired + CASE NEW.kind WHEN 7 THEN NEW.amount WHEN 8 THEN -NEW.amount ELSE 0 END
          AND NEW.earned = p.earned + CASE NEW.kind WHEN 1 THEN NEW.amount WHEN 2 THEN -NEW.amount ELSE 0 END);
END;

-- The first line of a book can only be an earn: every other kind would need something to be there.
CREATE TRIGGER passbook_line_first BEFORE INSERT ON passbook_line
WHEN NEW.seq = 1 AND NOT (NEW.kind = 1 AND NEW.closes IS NULL AND NEW.available = NEW.amount AND NEW.held = 0
    AND NEW.spent = 0 AND NEW.expired = 0 AND NEW.owed = 0 AND NEW.earned = NEW.amount)
BEGIN
    SELECT RAISE(ABORT, 'passbook_line_continuity: the first line does not start a book');
END;

CREATE TRIGGER passbook_line_ends BEFORE INSERT ON passbook_line WHEN NEW.closes IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'passbook_line_continuity: the ended line is of another kind or amount')
    WHERE NOT EXISTS (
        SELECT 1 FROM passbook_line c
        WHERE c.holder_id = NEW.holder_id AND c.seq = NEW.closes
          AND c.kind = CASE NEW.kind WHEN 1 THEN 2 WHEN 2 THEN 1 WHEN 4 THEN 3 WHEN 5 THEN 3 WHEN 6 THEN 5 ELSE 7 END
          AND CASE NEW.kind WHEN 1 THEN 1 WHEN 6 THEN NEW.amount <= c.amount ELSE NEW.amount = c.amount END);
END;

CREATE TRIGGER passbook_line_no_update BEFORE UPDATE ON passbook_line
BEGIN SELECT RAISE(ABORT, 'what the books say is never changed'); END;

CREATE TRIGGER passbook_line_no_delete BEFORE DELETE ON passbook_line
BEGIN SELECT RAISE(ABORT, 'what the books say is never deleted'); END;

CREATE TRIGGER posting_chunk_no_update BEFORE UPDATE ON posting_chunk
BEGIN SELECT RAISE(ABORT, 'what the books say is never changed'); END;

CREATE TRIGGER posting_chunk_no_delete BEFORE DELETE ON posting_chunk
BEGIN SELECT RAISE(ABORT, 'what the books say is never deleted'); END;

CREATE TRIGGER book_no_delete BEFORE DELETE ON book
BEGIN SELECT RAISE(ABORT, 'a book is never deleted'); END;

-- A salt may be forgotten, never replaced: a new one would unmake every hash of the book.
CREATE TRIGGER book_keeps_salt BEFORE UPDATE ON book
WHEN NEW.holder_id <> OLD.holder_id OR (NEW.salt IS NOT NULL AND NEW.salt IS NOT OLD.salt)
BEGIN SELECT RAISE(ABORT, 'the salt of a book is never replaced'); END;
