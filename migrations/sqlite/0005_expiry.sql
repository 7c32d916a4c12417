-- What is over is deleted some at a time, found by when it ended.
CREATE INDEX auth_restrictions_expiry ON auth_restrictions (ends_at);
CREATE INDEX auth_violations_expiry ON auth_violations (recorded_at);
CREATE INDEX auth_sessions_expiry ON auth_sessions (expires_at);
