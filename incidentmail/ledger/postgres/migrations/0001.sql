-- The record: entries, sealed, accepted and bodies are append-only, by triggers and by the rights of the role that
-- serves (grants.py). A trigger is ENABLE ALWAYS, so that no setting of a session turns it off.
--
-- Times are texts, as in every entry: UTC, whole seconds. `exact` compares texts by their bytes, whatever the database's
-- language. A text cannot hold NUL; statements.py replaces it.

CREATE DOMAIN exact AS text COLLATE "C";

CREATE TABLE migrations (
    number     integer PRIMARY KEY,
    applied_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE meta (
    name  exact PRIMARY KEY,
    value exact NOT NULL
);

-- Mail that was accepted. hash = SHA-256(previous hash, sha256, envelope, received_at).
CREATE TABLE accepted (
    seq         bigint PRIMARY KEY,
    received_at exact NOT NULL,
    envelope    exact NOT NULL,
    sha256      bytea NOT NULL,  -- of the raw mail, not compressed
    hash        bytea NOT NULL UNIQUE
);

-- The raw mail as it was accepted, compressed by zlib (RFC 1950). PostgreSQL need not try to compress it again.
CREATE TABLE bodies (
    seq bigint PRIMARY KEY REFERENCES accepted (seq),
    raw bytea STORAGE EXTERNAL NOT NULL
);

-- hash = SHA-256(prev_hash, body); body holds every column but the hashes.
CREATE TABLE entries (
    seq       bigint PRIMARY KEY,
    incident  exact NOT NULL,
    version   bigint NOT NULL,
    kind      exact NOT NULL,
    body      bytea NOT NULL,
    prev_hash bytea NOT NULL,
    hash      bytea NOT NULL UNIQUE,
    UNIQUE (incident, version)
);

-- Free text apart from the entry that commits to it; text NULL means redacted.
CREATE TABLE sealed (
    seq  bigint NOT NULL REFERENCES entries (seq),
    slot exact NOT NULL,
    salt bytea NOT NULL,
    text exact,
    PRIMARY KEY (seq, slot)
);

CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % of %', TG_OP, TG_TABLE_NAME;
END $$;

CREATE FUNCTION refuse_all_but_next_mail() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(MAX(seq), 0) + 1 FROM accepted) THEN
        RAISE EXCEPTION 'the ledger is append-only: not the next accepted mail';
    END IF;
    RETURN NEW;
END $$;

-- The body of a mail is stored by the transaction that accepts the mail, and by no other.
CREATE FUNCTION refuse_all_but_new_body() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM accepted WHERE seq = NEW.seq AND xmin = pg_current_xact_id()::xid) THEN
        RAISE EXCEPTION 'the ledger is append-only: not the body of a new mail';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_all_but_next_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS DISTINCT FROM (SELECT COALESCE(MAX(seq), 0) + 1 FROM entries)
        OR NEW.prev_hash IS DISTINCT FROM COALESCE(
            (SELECT hash FROM entries ORDER BY seq DESC LIMIT 1),
            (SELECT decode(value, 'hex') FROM meta WHERE name = 'genesis'))
        OR NEW.version IS DISTINCT FROM
            (SELECT COALESCE(MAX(version), 0) + 1 FROM entries WHERE incident = NEW.incident)
    THEN
        RAISE EXCEPTION 'the ledger is append-only: not the next entry';
    END IF;
    RETURN NEW;
END $$;

CREATE FUNCTION refuse_all_but_newest_text() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq IS DISTINCT FROM (SELECT MAX(seq) FROM entries) THEN
        RAISE EXCEPTION 'the ledger is append-only: not a text of the newest entry';
    END IF;
    RETURN NEW;
END $$;

CREATE TRIGGER accepted_next BEFORE INSERT ON accepted
    FOR EACH ROW EXECUTE FUNCTION refuse_all_but_next_mail();
CREATE TRIGGER bodies_with_their_mail BEFORE INSERT ON bodies
    FOR EACH ROW EXECUTE FUNCTION refuse_all_but_new_body();
CREATE TRIGGER entries_next BEFORE INSERT ON entries
    FOR EACH ROW EXECUTE FUNCTION refuse_all_but_next_entry();
CREATE TRIGGER sealed_with_its_entry BEFORE INSERT ON sealed
    FOR EACH ROW EXECUTE FUNCTION refuse_all_but_newest_text();

DO $$
DECLARE
    chained text;
    guard record;
BEGIN
    FOREACH chained IN ARRAY ARRAY['migrations', 'meta', 'accepted', 'bodies', 'entries', 'sealed'] LOOP
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_change()',
            chained || '_no_change', chained);
        EXECUTE format('CREATE TRIGGER %I BEFORE TRUNCATE ON %I EXECUTE FUNCTION refuse_change()',
            chained || '_no_truncate', chained);
    END LOOP;
    FOR guard IN SELECT tgname, tgrelid::regclass AS guarded FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
        WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER %I', guard.guarded, guard.tgname);
    END LOOP;
END $$;

-- As in SQLite: the place of the second text in the first, or 0.
CREATE FUNCTION instr(text, text) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT strpos($1, $2)';

-- What can be rebuilt from the record: the projection that makes `show` instant. The columns from origin on are what
-- other queries need of `state`.
CREATE TABLE incidents (
    id             exact PRIMARY KEY,
    ref            exact NOT NULL UNIQUE,
    declared_at    exact NOT NULL,
    status         exact NOT NULL,
    phase          integer NOT NULL,
    expires_at     exact,  -- of its first proposal that waits
    state          exact NOT NULL,
    origin         exact NOT NULL,
    epoch          bigint NOT NULL,
    leader         exact,
    next_update_at exact,
    silent         boolean NOT NULL,
    version        bigint NOT NULL,
    rowid          bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX incidents_expiring ON incidents (expires_at) WHERE expires_at IS NOT NULL;
CREATE INDEX incidents_open ON incidents (status, phase);
CREATE INDEX incidents_declared ON incidents (declared_at);

-- Accepted mail that nobody has read yet, so that the next one is found at once however many were read before.
CREATE TABLE pending (
    seq bigint PRIMARY KEY REFERENCES accepted (seq)
);

-- What became of each accepted mail.
CREATE TABLE outcomes (
    seq         bigint PRIMARY KEY REFERENCES accepted (seq),
    decided_at  exact NOT NULL,
    message_id  exact,
    header_from exact,
    subject     exact NOT NULL,
    disposition exact NOT NULL,
    rule        exact,
    incident    exact,
    trust       exact,
    outcome     exact NOT NULL,
    reason      exact,
    copy_key    exact,
    trust_rule  exact
);
CREATE INDEX outcomes_copy_key ON outcomes USING hash (copy_key);
CREATE INDEX outcomes_message_id ON outcomes USING hash (message_id);
CREATE INDEX outcomes_quarantined ON outcomes (decided_at) WHERE outcome = 'quarantined';
-- The copies of our own mail, so that the ids which a list gave them are found at once.
CREATE INDEX outcomes_returned ON outcomes (incident, message_id) WHERE rule = 'own-mail-returned';
CREATE TABLE failures (
    seq      bigint PRIMARY KEY REFERENCES accepted (seq),
    attempts integer NOT NULL,
    error    exact NOT NULL
);

-- Accepted mail that waits for an answer from elsewhere, and how often it has been asked for.
CREATE TABLE deferred (
    seq    bigint PRIMARY KEY REFERENCES accepted (seq),
    until  exact NOT NULL,
    times  integer NOT NULL,
    reason exact NOT NULL
);

-- Which Message-IDs belong to which incident, and the texts of its earlier mails, compressed.
CREATE TABLE threads (
    message_id exact PRIMARY KEY,
    incident   exact NOT NULL
);
CREATE TABLE earlier_texts (
    id       bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    incident exact NOT NULL,
    text     bytea NOT NULL
);
CREATE INDEX earlier_texts_incident ON earlier_texts (incident, id);

-- How far IMAP folders have been fetched: every mail up to `uid`, except those that the server withheld.
CREATE TABLE folders (
    id          bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    name        exact NOT NULL UNIQUE,
    opened_at   exact NOT NULL,
    uidvalidity bigint NOT NULL,
    uid         bigint NOT NULL,
    looked_at   exact
);
CREATE TABLE folder_mails (
    folder bigint NOT NULL REFERENCES folders (id),
    sha256 bytea NOT NULL,
    PRIMARY KEY (folder, sha256)
);
CREATE TABLE folder_marks (
    folder bigint NOT NULL REFERENCES folders (id),
    uid    bigint NOT NULL,
    PRIMARY KEY (folder, uid)
);
CREATE TABLE folder_withheld (
    folder   bigint NOT NULL REFERENCES folders (id),
    uid      bigint NOT NULL,
    attempts integer NOT NULL,
    PRIMARY KEY (folder, uid)
);

-- Mail to come: what is due, and what waits for a relay; raw is compressed.
CREATE TABLE notices (
    id        bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    incident  exact NOT NULL,
    kind      exact NOT NULL,
    due_at    exact NOT NULL,
    cause     bigint,
    recipient exact,
    number    bigint
);
CREATE INDEX notices_due ON notices (due_at);
CREATE TABLE outbox (
    id              bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    message_id      exact NOT NULL UNIQUE,
    incident        exact,
    subject         exact NOT NULL,
    reverse_path    exact NOT NULL,
    raw             bytea STORAGE EXTERNAL NOT NULL,
    state           exact NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    queued_at       exact NOT NULL,
    next_attempt_at exact NOT NULL,
    leased_until    exact,
    leased_by       exact,
    attempts        integer NOT NULL DEFAULT 0,
    last_error      exact,
    sent_at         exact,
    returned_at     exact,
    missed_at       exact
);
CREATE INDEX outbox_due ON outbox (next_attempt_at) WHERE state = 'queued';
CREATE INDEX outbox_failed ON outbox (id) WHERE state = 'failed';
CREATE INDEX outbox_missed ON outbox (missed_at) WHERE missed_at IS NOT NULL;
CREATE TABLE outbox_recipients (
    mail       bigint NOT NULL REFERENCES outbox (id),
    address    exact NOT NULL,
    state      exact NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    reply      exact,
    sent_at    exact,
    delayed_at exact,  -- when a report said that it waits on its way; NULL once it has arrived or failed
    failed_at  exact,
    said       exact,  -- the text of that report, which anybody may have written
    PRIMARY KEY (mail, address)
);
CREATE INDEX outbox_recipients_delayed ON outbox_recipients (delayed_at) WHERE delayed_at IS NOT NULL;
CREATE INDEX outbox_recipients_failed ON outbox_recipients (failed_at) WHERE failed_at IS NOT NULL;

-- Private mails to one person: what is due (content, as JSON, until its mail is made), and what the limits count.
-- id is the serial number of the mail, whatever its kind. filed is the mail that a reply to this one declares.
CREATE TABLE private_mails (
    id       bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,
    kind     exact NOT NULL,
    address  exact NOT NULL,
    incident exact,
    at       exact NOT NULL,
    digest   exact,
    content  exact,
    ref      exact UNIQUE,
    filed    bigint REFERENCES accepted (seq),
    cause    exact  -- the mailbox of the person who made it due, if that is another one than its reader
);
CREATE INDEX private_mails_at ON private_mails (at);
CREATE INDEX private_mails_due ON private_mails (id) WHERE content IS NOT NULL;

-- The names that members' mails came under, so that a name alone finds its address.
CREATE TABLE senders (
    folded  exact NOT NULL,
    address exact NOT NULL,
    name    exact NOT NULL,
    PRIMARY KEY (folded, address)
);

-- Proposals that alerts make: content is the proposal as JSON. alert_parts holds the different alerts in each, and
-- alert_mails which mails belong to it.
CREATE TABLE alerts (
    number  bigint PRIMARY KEY,
    state   exact NOT NULL,
    content exact NOT NULL
);
CREATE INDEX alerts_open ON alerts (number) WHERE state = 'open';
CREATE TABLE alert_parts (
    alert    bigint NOT NULL REFERENCES alerts (number),
    key      exact NOT NULL,
    title    exact NOT NULL,
    severity bigint NOT NULL,
    count    bigint NOT NULL,
    last_at  exact NOT NULL,
    is_over  bigint NOT NULL,
    PRIMARY KEY (alert, key)
);
CREATE INDEX alert_parts_key ON alert_parts (key, alert);
CREATE TABLE alert_mails (
    mail  bigint PRIMARY KEY REFERENCES accepted (seq),
    alert bigint NOT NULL REFERENCES alerts (number)
);
CREATE INDEX alert_mails_alert ON alert_mails (alert, mail);
