-- The journal. A stream is one tenant's namespace; its entries are numbered 1, 2, 3 … without a gap.

-- The number of each stream's last entry. The lock on this row, held from numbering to COMMIT, orders the stream.
CREATE TABLE journal_heads (
    tenant_id text NOT NULL,
    namespace text NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (tenant_id, namespace)
);

-- body and deliveries are JSON kept as text: what was written comes back byte for byte, and nothing looks inside.
CREATE TABLE journal_entries (
    tenant_id text NOT NULL,
    namespace text NOT NULL,
    seq bigint NOT NULL,
    event_id uuid NOT NULL,
    at timestamptz NOT NULL,
    actor text NOT NULL,
    kind text NOT NULL,
    body text NOT NULL,
    deliveries text NOT NULL,
    PRIMARY KEY (tenant_id, namespace, seq)
);

-- Which entries concern a room, so that who comes back reads no more than its own rooms.
CREATE TABLE journal_rooms (
    tenant_id text NOT NULL,
    namespace text NOT NULL,
    room text NOT NULL,
    seq bigint NOT NULL,
    PRIMARY KEY (tenant_id, namespace, room, seq)
);

-- The reply to each command that came with a clientId, committed with what the command did.
CREATE TABLE journal_replies (
    tenant_id text NOT NULL,
    subject text NOT NULL,
    client_id text NOT NULL,
    namespace text NOT NULL,
    command text NOT NULL,
    digest bytea NOT NULL,
    reply text NOT NULL,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, subject, client_id)
);

CREATE INDEX journal_replies_expiry ON journal_replies (expires_at);
