-- The record: entries, sealed, accepted and bodies are append-only, by the database itself. Only a text or a body can be
-- removed, and only while the newest entry is the redaction or pruning that names it.
-- BEFORE INSERT triggers also stop REPLACE: it would delete the old row without firing a DELETE trigger.

CREATE TABLE meta (
    name  TEXT PRIMARY KEY,
    value ANY NOT NULL
) STRICT, WITHOUT ROWID;

-- Mail that was accepted. hash = SHA-256(previous hash, sha256, envelope, received_at).
CREATE TABLE accepted (
    seq         INTEGER PRIMARY KEY,
    received_at TEXT NOT NULL,
    envelope    TEXT NOT NULL,
    sha256      BLOB NOT NULL,  -- of the raw mail, not compressed
    hash        BLOB NOT NULL UNIQUE
) STRICT;

-- The raw mail as it was accepted, compressed by zlib (RFC 1950). There is no row if it was redacted or pruned.
CREATE TABLE bodies (
    seq INTEGER PRIMARY KEY REFERENCES accepted (seq),
    raw BLOB NOT NULL
) STRICT;

-- hash = SHA-256(prev_hash, body); body holds every column but the hashes.
CREATE TABLE entries (
    seq       INTEGER PRIMARY KEY,
    incident  TEXT NOT NULL,
    version   INTEGER NOT NULL,
    kind      TEXT NOT NULL,
    body      BLOB NOT NULL,
    prev_hash BLOB NOT NULL,
    hash      BLOB NOT NULL UNIQUE,
    UNIQUE (incident, version)
) STRICT;

-- Free text apart from the entry that commits to it. If it was redacted, text is NULL and salt is empty, so that nobody
-- can find the text by trying.
CREATE TABLE sealed (
    seq  INTEGER NOT NULL REFERENCES entries (seq),
    slot TEXT NOT NULL,
    salt BLOB NOT NULL,
    text TEXT,
    PRIMARY KEY (seq, slot)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER meta_no_update BEFORE UPDATE ON meta BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER meta_no_delete BEFORE DELETE ON meta BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER meta_no_replace BEFORE INSERT ON meta
WHEN EXISTS (SELECT 1 FROM meta WHERE name = NEW.name)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;

CREATE TRIGGER accepted_no_update BEFORE UPDATE ON accepted BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER accepted_no_delete BEFORE DELETE ON accepted BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER accepted_next BEFORE INSERT ON accepted
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM accepted)
    OR EXISTS (SELECT 1 FROM accepted WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: not the next accepted mail'); END;

CREATE TRIGGER bodies_no_update BEFORE UPDATE ON bodies BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER bodies_no_delete BEFORE DELETE ON bodies
WHEN NOT EXISTS (
    SELECT 1 FROM (SELECT kind, CAST(body AS TEXT) AS body FROM entries ORDER BY seq DESC LIMIT 1) AS newest
    WHERE (newest.kind = 'redacted.v1' AND OLD.seq IN (SELECT value FROM json_each(newest.body, '$.data.mails')))
        OR (newest.kind = 'pruned.v1' AND EXISTS (
            SELECT 1 FROM json_each(newest.body, '$.data.mails') AS range
            WHERE OLD.seq BETWEEN json_extract(range.value, '$[0]') AND json_extract(range.value, '$[1]')))
)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no redaction or pruning names this mail'); END;
CREATE TRIGGER bodies_with_their_mail BEFORE INSERT ON bodies
WHEN NEW.seq IS NOT (SELECT MAX(seq) FROM accepted)
    OR EXISTS (SELECT 1 FROM bodies WHERE seq = NEW.seq)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: not the body of the newest mail'); END;

CREATE TRIGGER entries_no_update BEFORE UPDATE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_no_delete BEFORE DELETE ON entries BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER entries_next BEFORE INSERT ON entries
WHEN NEW.seq IS NOT (SELECT COALESCE(MAX(seq), 0) + 1 FROM entries)
    OR NEW.prev_hash IS NOT COALESCE(
        (SELECT hash FROM entries ORDER BY seq DESC LIMIT 1),
        (SELECT value FROM meta WHERE name = 'genesis'))
    OR NEW.version IS NOT (SELECT COALESCE(MAX(version), 0) + 1 FROM entries WHERE incident = NEW.incident)
    OR EXISTS (SELECT 1 FROM entries WHERE hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: not the next entry'); END;

CREATE TRIGGER sealed_no_update BEFORE UPDATE ON sealed
WHEN NEW.seq IS NOT OLD.seq OR NEW.slot IS NOT OLD.slot OR NEW.text IS NOT NULL OR NEW.salt IS NOT x''
    OR NOT EXISTS (
        SELECT 1 FROM (SELECT kind, CAST(body AS TEXT) AS body FROM entries ORDER BY seq DESC LIMIT 1) AS newest,
            json_each(newest.body, '$.data.texts') AS named
        WHERE newest.kind = 'redacted.v1' AND json_extract(named.value, '$.seq') = OLD.seq
            AND OLD.slot IN (SELECT value FROM json_each(named.value, '$.slots'))
    )
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: no redaction names this text'); END;
CREATE TRIGGER sealed_no_delete BEFORE DELETE ON sealed BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;
CREATE TRIGGER sealed_with_its_entry BEFORE INSERT ON sealed
WHEN NEW.seq IS NOT (SELECT MAX(seq) FROM entries)
    OR EXISTS (SELECT 1 FROM sealed WHERE seq = NEW.seq AND slot = NEW.slot)
BEGIN SELECT RAISE(ABORT, 'the ledger is append-only: not a text of the newest entry'); END;

-- What can be rebuilt from the record: the projection that makes `show` instant.
CREATE TABLE incidents (
    id          TEXT PRIMARY KEY,
    ref         TEXT NOT NULL UNIQUE,
    declared_at TEXT NOT NULL,
    status      TEXT NOT NULL,
    phase       INTEGER NOT NULL,
    expires_at  TEXT,  -- of its first proposal that waits
    state       TEXT NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(id, ref, declared_at, status, phase, expires_at, state)) STORED
) STRICT;
CREATE INDEX incidents_expiring ON incidents (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX incidents_open ON incidents (status, phase);
CREATE INDEX incidents_declared ON incidents (declared_at);

-- Accepted mail that nobody has read yet, so that the next one is found at once however many were read before.
CREATE TABLE pending (
    seq INTEGER PRIMARY KEY REFERENCES accepted (seq)
) STRICT;

-- What became of each accepted mail.
CREATE TABLE outcomes (
    seq         INTEGER PRIMARY KEY REFERENCES accepted (seq),
    decided_at  TEXT NOT NULL,
    message_id  TEXT,
    header_from TEXT,
    subject     TEXT NOT NULL,
    disposition TEXT NOT NULL,
    rule        TEXT,
    incident    TEXT,
    trust       TEXT,
    outcome     TEXT NOT NULL,
    reason      TEXT,
    copy_key    TEXT,
    trust_rule  TEXT,
    checksum INTEGER NOT NULL AS (row_checksum(
        seq, decided_at, message_id, header_from, subject, disposition, rule, incident, trust, outcome,
        reason, copy_key, trust_rule
    )) STORED
) STRICT;
CREATE INDEX outcomes_copy_key ON outcomes (copy_key);
CREATE INDEX outcomes_message_id ON outcomes (message_id);
CREATE INDEX outcomes_quarantined ON outcomes (decided_at) WHERE outcome = 'quarantined';
-- The copies of our own mail, so that the ids which a list gave them are found at once.
CREATE INDEX outcomes_returned ON outcomes (incident, message_id) WHERE rule = 'own-mail-returned';
CREATE TABLE failures (
    seq      INTEGER PRIMARY KEY REFERENCES accepted (seq),
    attempts INTEGER NOT NULL,
    error    TEXT NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(seq, attempts, error)) STORED
) STRICT;

-- Accepted mail that waits for an answer from elsewhere, and how often it has been asked for.
CREATE TABLE deferred (
    seq    INTEGER PRIMARY KEY REFERENCES accepted (seq),
    until  TEXT NOT NULL,
    times  INTEGER NOT NULL,
    reason TEXT NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(seq, until, times, reason)) STORED
) STRICT;

-- Which Message-IDs belong to which incident, and the texts of its earlier mails, compressed.
CREATE TABLE threads (
    message_id TEXT PRIMARY KEY,
    incident   TEXT NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(message_id, incident)) STORED
) STRICT, WITHOUT ROWID;
CREATE TABLE earlier_texts (
    id       INTEGER PRIMARY KEY,
    incident TEXT NOT NULL,
    text     BLOB NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(id, incident, text)) STORED
) STRICT;
CREATE INDEX earlier_texts_incident ON earlier_texts (incident);

-- How far IMAP folders have been fetched: every mail up to `uid`, except those that the server withheld.
CREATE TABLE folders (
    id          INTEGER PRIMARY KEY,
    name        TEXT NOT NULL UNIQUE,
    opened_at   TEXT NOT NULL,
    uidvalidity INTEGER NOT NULL,
    uid         INTEGER NOT NULL,
    looked_at   TEXT,
    checksum INTEGER NOT NULL AS (row_checksum(id, name, opened_at, uidvalidity, uid, looked_at)) STORED
) STRICT;
CREATE TABLE folder_mails (
    folder INTEGER NOT NULL REFERENCES folders (id),
    sha256 BLOB NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(folder, sha256)) STORED,
    PRIMARY KEY (folder, sha256)
) STRICT, WITHOUT ROWID;
CREATE TABLE folder_marks (
    folder INTEGER NOT NULL REFERENCES folders (id),
    uid    INTEGER NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(folder, uid)) STORED,
    PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;
CREATE TABLE folder_withheld (
    folder   INTEGER NOT NULL REFERENCES folders (id),
    uid      INTEGER NOT NULL,
    attempts INTEGER NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(folder, uid, attempts)) STORED,
    PRIMARY KEY (folder, uid)
) STRICT, WITHOUT ROWID;

-- Mail to come: what is due, and what waits for a relay; raw is compressed.
CREATE TABLE notices (
    id       INTEGER PRIMARY KEY,
    incident TEXT NOT NULL,
    kind     TEXT NOT NULL,
    due_at   TEXT NOT NULL,
    cause    INTEGER,
    recipient TEXT,
    number   INTEGER,
    checksum INTEGER NOT NULL AS (row_checksum(id, incident, kind, due_at, cause, recipient, number)) STORED
) STRICT;
CREATE INDEX notices_due ON notices (due_at);
CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY,
    message_id      TEXT NOT NULL UNIQUE,
    incident        TEXT,
    subject         TEXT NOT NULL,
    reverse_path    TEXT NOT NULL,
    raw             BLOB NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    queued_at       TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    leased_until    TEXT,
    leased_by       TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    last_error      TEXT,
    sent_at         TEXT,
    returned_at     TEXT,
    missed_at       TEXT,
    checksum INTEGER NOT NULL AS (row_checksum(
        id, message_id, incident, subject, reverse_path, raw, state, queued_at, next_attempt_at, leased_until,
        leased_by, attempts, last_error, sent_at, returned_at, missed_at
    )) STORED
) STRICT;
CREATE INDEX outbox_due ON outbox (state, next_attempt_at);
CREATE INDEX outbox_missed ON outbox (missed_at) WHERE missed_at IS NOT NULL;
CREATE TABLE outbox_recipients (
    mail    INTEGER NOT NULL REFERENCES outbox (id),
    address TEXT NOT NULL,
    state   TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    reply   TEXT,
    sent_at    TEXT,
    delayed_at TEXT,  -- when a report said that it waits on its way; NULL once it has arrived or failed
    failed_at  TEXT,
    said       TEXT,  -- the text of that report, which anybody may have written
    checksum INTEGER NOT NULL AS (row_checksum(
        mail, address, state, reply, sent_at, delayed_at, failed_at, said
    )) STORED,
    PRIMARY KEY (mail, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX outbox_recipients_delayed ON outbox_recipients (delayed_at) WHERE delayed_at IS NOT NULL;
CREATE INDEX outbox_recipients_failed ON outbox_recipients (failed_at) WHERE failed_at IS NOT NULL;

-- Private mails to one person: what is due (content, as JSON, until its mail is made), and what the limits count.
-- id is the serial number of the mail, whatever its kind. filed is the mail that a reply to this one declares.
CREATE TABLE private_mails (
    id       INTEGER PRIMARY KEY,
    kind     TEXT NOT NULL,
    address  TEXT NOT NULL,
    incident TEXT,
    at       TEXT NOT NULL,
    digest   TEXT,
    content  TEXT,
    ref      TEXT UNIQUE,
    filed    INTEGER REFERENCES accepted (seq),
    cause    TEXT,  -- the mailbox of the person who made it due, if that is another one than its reader
    checksum INTEGER NOT NULL AS (row_checksum(
        id, kind, address, incident, at, digest, content, ref, filed, cause
    )) STORED
) STRICT;
CREATE INDEX private_mails_at ON private_mails (at);
CREATE INDEX private_mails_due ON private_mails (id) WHERE content IS NOT NULL;

-- The names that members' mails came under, so that a name alone finds its address.
CREATE TABLE senders (
    folded  TEXT NOT NULL,
    address TEXT NOT NULL,
    name    TEXT NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(folded, address, name)) STORED,
    PRIMARY KEY (folded, address)
) STRICT, WITHOUT ROWID;

-- Calls to hooks: to whom, about what, and how it went. payload is compressed, and gone once the receiver has it.
CREATE TABLE deliveries (
    id              INTEGER PRIMARY KEY,
    name            TEXT NOT NULL,  -- the id that the receiver sees
    hook            TEXT NOT NULL,
    incident        TEXT NOT NULL,
    event           TEXT NOT NULL,
    payload         BLOB,
    state           TEXT NOT NULL CHECK (state IN ('queued', 'sent', 'failed', 'dropped')),
    queued_at       TEXT NOT NULL,
    next_attempt_at TEXT NOT NULL,
    leased_until    TEXT,
    leased_by       TEXT,
    attempts        INTEGER NOT NULL DEFAULT 0,
    last_error      TEXT,
    sent_at         TEXT,
    checksum INTEGER NOT NULL AS (row_checksum(
        id, name, hook, incident, event, payload, state, queued_at, next_attempt_at, leased_until, leased_by,
        attempts, last_error, sent_at
    )) STORED,
    UNIQUE (hook, name)
) STRICT;
CREATE INDEX deliveries_waiting ON deliveries (hook, incident, id) WHERE state = 'queued';
CREATE INDEX deliveries_failed ON deliveries (next_attempt_at) WHERE state = 'failed';
CREATE INDEX deliveries_incident ON deliveries (incident);

-- Proposals that alerts make: content is the proposal as JSON. alert_parts holds the different alerts in each, and
-- alert_mails which mails belong to it.
CREATE TABLE alerts (
    number  INTEGER PRIMARY KEY,
    state   TEXT NOT NULL,
    content TEXT NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(number, state, content)) STORED
) STRICT;
CREATE INDEX alerts_open ON alerts (number) WHERE state = 'open';
CREATE TABLE alert_parts (
    alert    INTEGER NOT NULL REFERENCES alerts (number),
    key      TEXT NOT NULL,
    title    TEXT NOT NULL,
    severity INTEGER NOT NULL,
    count    INTEGER NOT NULL,
    last_at  TEXT NOT NULL,
    is_over  INTEGER NOT NULL,
    checksum INTEGER NOT NULL AS (row_checksum(alert, key, title, severity, count, last_at, is_over)) STORED,
    PRIMARY KEY (alert, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX alert_parts_key ON alert_parts (key, alert);
CREATE TABLE alert_mails (
    mail  INTEGER PRIMARY KEY REFERENCES accepted (seq),
    alert INTEGER NOT NULL REFERENCES alerts (number),
    checksum INTEGER NOT NULL AS (row_checksum(mail, alert)) STORED
) STRICT;
CREATE INDEX alert_mails_alert ON alert_mails (alert, mail);

-- A checksum of each table above that can change, so that damage and edits by hand are noticed. It proves nothing: who
-- knows how it is computed can compute it too. `checksum` in a row covers the other columns, and `total` is the sum of
-- the table's. The triggers that keep it are in schema.py. Other programs cannot write to these tables, because
-- row_checksum and total_checksum are functions of ours (checksums.py).
CREATE TABLE checksums (
    name  TEXT PRIMARY KEY,
    total INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
