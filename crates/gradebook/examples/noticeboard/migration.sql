CREATE TABLE notices (
    tenant_id text NOT NULL,
    notice_id text NOT NULL,
    class_id text NOT NULL,
    text text NOT NULL,
    pinned_by text NOT NULL,
    PRIMARY KEY (tenant_id, notice_id)
);
CREATE INDEX notices_of_class ON notices (tenant_id, class_id);
