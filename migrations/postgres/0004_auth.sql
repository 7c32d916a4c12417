-- Who may not be here although the token is good, and the sessions that the gateway itself has made tokens for.

-- One row: the version of the last change of the two tables below, over all tenants. Raised first thing in each transaction that
-- changes them; its lock, held until COMMIT, makes versions visible in order and writers come one after the other.
CREATE TABLE auth_head (
    only_row boolean NOT NULL PRIMARY KEY,
    version bigint NOT NULL
);
INSERT INTO auth_head (only_row, version) VALUES (true, 0);

-- kind: token (subject: the jti), session (the sid), issued (a person's or service's id: tokens from before begins_at), suspended
-- and banned (a person's id), address (an IP address; its tenant_id is empty, since it holds in every district).
-- In force until ends_at (exclusive) unless lifted.
CREATE TABLE auth_restrictions (
    tenant_id text NOT NULL,
    kind text NOT NULL,
    subject text NOT NULL,
    version bigint NOT NULL,
    begins_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    reason text NOT NULL,
    made_by text NOT NULL,
    lifted boolean NOT NULL,
    PRIMARY KEY (tenant_id, kind, subject)
);
CREATE INDEX auth_restrictions_by_version ON auth_restrictions (version);

-- What people were warned of. `violations` counts those in the review window up to and with this one.
CREATE TABLE auth_violations (
    tenant_id text NOT NULL,
    user_id text NOT NULL,
    version bigint NOT NULL,
    severity text NOT NULL,
    message text NOT NULL,
    made_by text NOT NULL,
    recorded_at timestamptz NOT NULL,
    violations bigint NOT NULL,
    PRIMARY KEY (tenant_id, user_id, version)
);
CREATE INDEX auth_violations_by_version ON auth_violations (version);

-- A session is one login: an access token and a refresh token at a time. Whoever changes anything of it holds this row.
CREATE TABLE auth_sessions (
    tenant_id text NOT NULL,
    session_id text NOT NULL,
    user_id text NOT NULL,
    started_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    PRIMARY KEY (tenant_id, session_id)
);
CREATE INDEX auth_sessions_of_person ON auth_sessions (tenant_id, user_id);

-- SHA-256 of each refresh token. A spent one is kept as long as it would have been good: coming again, it gives away a thief.
CREATE TABLE auth_refresh_tokens (
    tenant_id text NOT NULL,
    token_hash bytea NOT NULL,
    session_id text NOT NULL,
    spent_at timestamptz,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, token_hash)
);
CREATE INDEX auth_refresh_tokens_expiry ON auth_refresh_tokens (expires_at);
