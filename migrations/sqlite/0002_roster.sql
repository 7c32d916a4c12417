-- The roster: who is who, in which school and class, from when to when. Rows follow OneRoster 1.2; a sourcedId is unique
-- only within its district, so tenant_id leads every key. Nothing is deleted: `active` is false for tobedeleted.
-- `digest` is a fingerprint of the row as it was imported, so that an import writes only what changed. There are no foreign
-- keys: an import checks every reference itself, to say which line is wrong, and a removed row may still be referred to.
-- begin_date counts, end_date doesn't.

CREATE TABLE roster_tenants (
    tenant_id TEXT NOT NULL PRIMARY KEY,
    -- Of its last import.
    version INTEGER NOT NULL
);

CREATE TABLE orgs (
    tenant_id TEXT NOT NULL,
    org_id TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_id TEXT,
    active BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, org_id)
);

-- Every active org with itself and every active org above it.
CREATE TABLE org_closure (
    tenant_id TEXT NOT NULL,
    descendant_id TEXT NOT NULL,
    ancestor_id TEXT NOT NULL,
    PRIMARY KEY (tenant_id, descendant_id, ancestor_id)
);

CREATE TABLE academic_sessions (
    tenant_id TEXT NOT NULL,
    session_id TEXT NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    begin_date DATE NOT NULL,
    end_date DATE NOT NULL,
    parent_id TEXT,
    school_year INTEGER NOT NULL,
    active BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, session_id)
);

CREATE TABLE people (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    username TEXT NOT NULL,
    given_name TEXT NOT NULL,
    family_name TEXT NOT NULL,
    preferred_given_name TEXT,
    preferred_family_name TEXT,
    enabled BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

-- At most the day of birth is kept of demographics.csv.
CREATE TABLE demographics (
    tenant_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    birth_date DATE,
    active BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, user_id)
);

CREATE TABLE roles (
    tenant_id TEXT NOT NULL,
    role_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    org_id TEXT NOT NULL,
    role TEXT NOT NULL,
    begin_date DATE,
    end_date DATE,
    active BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, role_id)
);
CREATE INDEX roles_of_person ON roles (tenant_id, user_id, role);

CREATE TABLE courses (
    tenant_id TEXT NOT NULL,
    course_id TEXT NOT NULL,
    title TEXT NOT NULL,
    code TEXT,
    org_id TEXT NOT NULL,
    school_year_id TEXT,
    active BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, course_id)
);

CREATE TABLE classes (
    tenant_id TEXT NOT NULL,
    class_id TEXT NOT NULL,
    title TEXT NOT NULL,
    code TEXT,
    kind TEXT NOT NULL,
    course_id TEXT NOT NULL,
    school_id TEXT NOT NULL,
    -- A JSON array of academic session ids.
    terms TEXT NOT NULL,
    active BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, class_id)
);

CREATE TABLE enrollments (
    tenant_id TEXT NOT NULL,
    enrollment_id TEXT NOT NULL,
    class_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    role TEXT NOT NULL,
    is_primary BOOLEAN NOT NULL,
    begin_date DATE,
    end_date DATE,
    active BOOLEAN NOT NULL,
    origin TEXT NOT NULL,
    digest INTEGER NOT NULL,
    PRIMARY KEY (tenant_id, enrollment_id)
);
CREATE INDEX enrollments_of_class ON enrollments (tenant_id, class_id, user_id);
CREATE INDEX enrollments_of_person ON enrollments (tenant_id, user_id, class_id);

-- agentSourcedIds, readable from both ends: a declared link makes two rows. Which of the two is the guardian is not a fact of
-- the link but of the roles, which may come later, so it is decided when it is asked.
CREATE TABLE kin (
    tenant_id TEXT NOT NULL,
    person_id TEXT NOT NULL,
    kin_id TEXT NOT NULL,
    -- Whose agentSourcedIds say so.
    declared_by TEXT NOT NULL,
    PRIMARY KEY (tenant_id, person_id, kin_id, declared_by)
);
CREATE INDEX kin_declared ON kin (tenant_id, declared_by);

-- One row: the version of the last change anywhere. Raised at the end of an import; its lock makes versions visible in order.
CREATE TABLE roster_head (
    only_row BOOLEAN NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
);
INSERT INTO roster_head (only_row, version) VALUES (true, 0);

-- Whose rights a change may have touched; user_id NULL is everyone of the tenant. Kept for a few days.
CREATE TABLE roster_changes (
    tenant_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    ordinal INTEGER NOT NULL,
    user_id TEXT,
    recorded_at DATETIME NOT NULL,
    PRIMARY KEY (tenant_id, version, ordinal)
);
CREATE INDEX roster_changes_by_version ON roster_changes (version);
