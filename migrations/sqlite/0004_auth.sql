-- Who may not be here although the token is good, and the sessions that the gateway itself has made tokens for.

-- One row: the version of the last change of the two tables below, over all tenants. Raised first thing in each transaction that
-- changes them. There is one writer, so versions become visible in order.
CREATE TABLE auth_head (
    only_row BOOLEAN NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
);
INSERT INTO auth_head (only_row, version) VALUES (true, 0);

-- kind: token (subject: the jti), session (the sid), issued (a person's or service's id: tokens from before begins_at), suspended
-- and banned (a person's id), address (an IP address; its tenant_id is empty, since it holds in every district).
-- In force until ends_at (exclusive) unless lifted.
CREATE TABLE auth_restrictions (
    tenant_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    version INTEGER NOT NULL,
    begins_at DATETIME NOT NULL,
    ends_at DATETIME NOT NULL,
    reason TEXT NOT NULL,
    made_by TEXT NOT NULL,
    lifted BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject)
) WITHOUT ROWID;
CREATE INDEX auth_restrictions_by_version ON auth_restrictions (version);

-- What people were warned of. `violations` counts those in the review window up to and with this one.
CREATE TABLE auth_violations (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    severity TEXT NOT NULL,
    message TEXT NOT NULL,
    made_by TEXT NOT NULL,
    recorded_at DATETIME NOT NULL,
    violations INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id, version)
) WITHOUT ROWID;
CREATE INDEX auth_violations_by_version ON auth_violations (version);

-- A session is one login: an access token and a refresh token at a time.
CREATE TABLE auth_sessions (
    tenant_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    started_at DATETIME NOT NULL,
    expires_at DATETIME NOT NULL,
    ended_at DATETIME,
    PRIMARY KEY (tenant_id, session_id)
) WITHOUT ROWID;
CREATE INDEX auth_sessions_of_person ON auth_sessions (tenant_id, user_id);

-- SHA-256 of each refresh token. A spent one is kept as long as it would have been good: coming again, it gives away a thief.
CREATE TABLE auth_refresh_tokens (
    tenant_id TEXT NOT NULL,
    token_hash BLOB NOT NULL,
    session_id TEXT NOT NULL,
    spent_at DATETIME,
    expires_at DATETIME NOT NULL,
    PRIMARY KEY (tenant_id, token_hash)
) WITHOUT ROWID;
CREATE INDEX auth_refresh_tokens_expiry ON auth_refresh_tokens (expires_at);
