-- The roster: who is who, in which school and class, from when to when. Rows follow OneRoster 1.2; a sourcedId is unique
-- only within its district, so tenant_id leads every key. Nothing is deleted: `active` is false for tobedeleted.
-- `digest` is a fingerprint of the row as it was imported, so that an import writes only what changed. There are no foreign
-- keys: an import checks every reference itself, to say which line is wrong, and a removed row may still be referred to.
-- begin_date counts, end_date doesn't.

CREATE TABLE roster_tenants (
    tenant_id text NOT NULL PRIMARY KEY,
    -- Of its last import.
    version bigint NOT NULL
);

CREATE TABLE orgs (
    tenant_id text NOT NULL,
    org_id text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    parent_id text,
    active boolean NOT NULL,
    origin text NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (tenant_id, org_id)
);

-- Every active org with itself and every active org above it.
CREATE TABLE org_closure (
    tenant_id text NOT NULL,
    descendant_id text NOT NULL,
    ancestor_id text NOT NULL,
    PRIMARY KEY (tenant_id, descendant_id, ancestor_id)
);

CREATE TABLE academic_sessions (
    tenant_id text NOT NULL,
    session_id text NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    begin_date date NOT NULL,
    end_date date NOT NULL,
    parent_id text,
    school_year bigint NOT NULL,
    active boolean NOT NULL,
    origin text NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (tenant_id, session_id)
);

CREATE TABLE people (
    tenant_id text NOT NULL,
    user_id text NOT NULL,
    username text NOT NULL,
    given_name text NOT NULL,
    family_name text NOT NULL,
    preferred_given_name text,
    preferred_family_name text,
    enabled boolean NOT NULL,
    active boolean NOT NULL,
    origin text NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

-- At most the day of birth is kept of demographics.csv.
CREATE TABLE demographics (
    tenant_id text NOT NULL,
    user_id text NOT NULL,
    birth_date date,
    active boolean NOT NULL,
    origin text NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

CREATE TABLE roles (
    tenant_id text NOT NULL,
    role_id text NOT NULL,
    user_id text NOT NULL,
    org_id text NOT NULL,
    role text NOT NULL,
    begin_date date,
    end_date date,
    active boolean NOT NULL,
    origin text NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (tenant_id, role_id)
);
CREATE INDEX roles_of_person ON roles (tenant_id, user_id, role);

CREATE TABLE courses (
    tenant_id text NOT NULL,
    course_id text NOT NULL,
    title text NOT NULL,
    code text,
    org_id text NOT NULL,
    school_year_id text,
    active boolean NOT NULL,
    origin text NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (tenant_id, course_id)
);

CREATE TABLE classes (
    tenant_id text NOT NULL,
    class_id text NOT NULL,
    title text NOT NULL,
    code text,
    kind text NOT NULL,
    course_id text NOT NULL,
    school_id text NOT NULL,
    -- A JSON array of academic session ids.
    terms text NOT NULL,
    active boolean NOT NULL,
    origin text NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (tenant_id, class_id)
);

CREATE TABLE enrollments (
    tenant_id text NOT NULL,
    enrollment_id text NOT NULL,
    class_id text NOT NULL,
    user_id text NOT NULL,
    role text NOT NULL,
    is_primary boolean NOT NULL,
    begin_date date,
    end_date date,
    active boolean NOT NULL,
    origin text NOT NULL,
    digest bigint NOT NULL,
    PRIMARY KEY (tenant_id, enrollment_id)
);
CREATE INDEX enrollments_of_class ON enrollments (tenant_id, class_id, user_id);
CREATE INDEX enrollments_of_person ON enrollments (tenant_id, user_id, class_id);

-- agentSourcedIds, readable from both ends: a declared link makes two rows. Which of the two is the guardian is not a fact of
-- the link but of the roles, which may come later, so it is decided when it is asked.
CREATE TABLE kin (
    tenant_id text NOT NULL,
    person_id text NOT NULL,
    kin_id text NOT NULL,
    -- Whose agentSourcedIds say so.
    declared_by text NOT NULL,
    PRIMARY KEY (tenant_id, person_id, kin_id, declared_by)
);
CREATE INDEX kin_declared ON kin (tenant_id, declared_by);

-- One row: the version of the last change anywhere. Raised at the end of an import; its lock makes versions visible in order.
CREATE TABLE roster_head (
    only_row boolean NOT NULL PRIMARY KEY,
    version bigint NOT NULL
);
INSERT INTO roster_head (only_row, version) VALUES (true, 0);

-- Whose rights a change may have touched; user_id NULL is everyone of the tenant. Kept for a few days.
CREATE TABLE roster_changes (
    tenant_id text NOT NULL,
    version bigint NOT NULL,
    ordinal bigint NOT NULL,
    user_id text,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, version, ordinal)
);
CREATE INDEX roster_changes_by_version ON roster_changes (version);
