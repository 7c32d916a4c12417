-- The journal. A stream is one tenant's namespace; its entries are numbered 1, 2, 3 … without a gap.

-- The number of each stream's last entry. There is one writer, so no lock is needed.
CREATE TABLE journal_heads (
    tenant_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, namespace)
) WITHOUT ROWID;

-- body and deliveries are JSON kept as text: what was written comes back byte for byte, and nothing looks inside.
CREATE TABLE journal_entries (
    tenant_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    seq INTEGER NOT NULL,
    event_id BLOB NOT NULL,
    at DATETIME NOT NULL,
    actor TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    deliveries TEXT NOT NULL,
    PRIMARY KEY (tenant_id, namespace, seq)
);

-- Which entries concern a room, so that who comes back reads no more than its own rooms.
CREATE TABLE journal_rooms (
    tenant_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    room TEXT NOT NULL,
    seq INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, namespace, room, seq)
) WITHOUT ROWID;

-- The reply to each command that came with a clientId, committed with what the command did.
CREATE TABLE journal_replies (
    tenant_id TEXT NOT NULL,
    subject TEXT NOT NULL,
    client_id TEXT NOT NULL,
    namespace TEXT NOT NULL,
    command TEXT NOT NULL,
    digest BLOB NOT NULL,
    reply TEXT NOT NULL,
    expires_at DATETIME NOT NULL,
    PRIMARY KEY (tenant_id, subject, client_id)
) WITHOUT ROWID;

CREATE INDEX journal_replies_expiry ON journal_replies (expires_at);
