-- The gradebook: categories, line items, results and the history of each result. Words and ranges follow OneRoster 1.2.
-- `active` is false for what an import has taken away; `imported` and `source_id` tell what may be: only what came from one.

CREATE TABLE gradebook_categories (
    tenant_id text NOT NULL,
    category_id text NOT NULL,
    title text NOT NULL,
    weight double precision,
    imported boolean NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (tenant_id, category_id)
);

-- Whoever writes grades holds the line item's row until COMMIT, so a column of the gradebook changes one command at a time.
CREATE TABLE gradebook_line_items (
    tenant_id text NOT NULL,
    line_item_id text NOT NULL,
    class_id text NOT NULL,
    academic_session_id text NOT NULL,
    category_id text,
    title text NOT NULL,
    assign_date date NOT NULL,
    due_date date NOT NULL,
    result_value_min double precision,
    result_value_max double precision,
    version bigint NOT NULL,
    imported boolean NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (tenant_id, line_item_id)
);
CREATE INDEX gradebook_line_items_of_class ON gradebook_line_items (tenant_id, class_id);
CREATE INDEX gradebook_line_items_of_session ON gradebook_line_items (tenant_id, academic_session_id);

-- One row is one cell. `revision` counts every change, posting and hiding among them, and guards each write.
-- `source_id` is the sourcedId of the imported result that stands here; NULL once somebody has set the cell.
CREATE TABLE gradebook_results (
    tenant_id text NOT NULL,
    line_item_id text NOT NULL,
    student_id text NOT NULL,
    version bigint NOT NULL,
    revision bigint NOT NULL,
    score double precision,
    text_score text,
    score_status text NOT NULL,
    late boolean NOT NULL,
    missing boolean NOT NULL,
    incomplete boolean NOT NULL,
    in_progress boolean NOT NULL,
    comment text,
    graded_by text,
    posted_at timestamptz,
    source_id text,
    PRIMARY KEY (tenant_id, line_item_id, student_id)
);
CREATE INDEX gradebook_results_of_source ON gradebook_results (tenant_id, source_id) WHERE source_id IS NOT NULL;

-- Who changed what in a cell, when, from what to what, and why.
CREATE TABLE gradebook_changes (
    tenant_id text NOT NULL,
    line_item_id text NOT NULL,
    student_id text NOT NULL,
    revision bigint NOT NULL,
    kind text NOT NULL,
    made_by text NOT NULL,
    made_at timestamptz NOT NULL,
    old_marks json NOT NULL,
    new_marks json NOT NULL,
    posted boolean NOT NULL,
    reason text,
    PRIMARY KEY (tenant_id, line_item_id, student_id, revision)
);

-- The grading periods that have been told as closed, class by class.
CREATE TABLE gradebook_closings (
    tenant_id text NOT NULL,
    class_id text NOT NULL,
    academic_session_id text NOT NULL,
    noticed_at timestamptz NOT NULL,
    PRIMARY KEY (tenant_id, class_id, academic_session_id)
);
