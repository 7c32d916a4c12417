-- The gradebook: categories, line items, results and the history of each result. Words and ranges follow OneRoster 1.2.
-- `active` is false for what an import has taken away; `imported` and `source_id` tell what may be: only what came from one.

CREATE TABLE gradebook_categories (
    tenant_id TEXT NOT NULL,
    category_id TEXT NOT NULL,
    title TEXT NOT NULL,
    weight REAL,
    imported BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, category_id)
) WITHOUT ROWID;

-- There is one writer, so a column of the gradebook changes one command at a time.
CREATE TABLE gradebook_line_items (
    tenant_id TEXT NOT NULL,
    line_item_id TEXT NOT NULL,
    class_id TEXT NOT NULL,
    academic_session_id TEXT NOT NULL,
    category_id TEXT,
    title TEXT NOT NULL,
    assign_date DATE NOT NULL,
    due_date DATE NOT NULL,
    result_value_min REAL,
    result_value_max REAL,
    version INTEGER NOT NULL,
    imported BOOLEAN NOT NULL,
    active BOOLEAN NOT NULL,
    PRIMARY KEY (tenant_id, line_item_id)
) WITHOUT ROWID;
CREATE INDEX gradebook_line_items_of_class ON gradebook_line_items (tenant_id, class_id);
CREATE INDEX gradebook_line_items_of_session ON gradebook_line_items (tenant_id, academic_session_id);

-- One row is one cell. `revision` counts every change, posting and hiding among them, and guards each write.
-- `source_id` is the sourcedId of the imported result that stands here; NULL once somebody has set the cell.
CREATE TABLE gradebook_results (
    tenant_id TEXT NOT NULL,
    line_item_id TEXT NOT NULL,
    student_id TEXT NOT NULL,
    version INTEGER NOT NULL,
    revision INTEGER NOT NULL,
    score REAL,
    text_score TEXT,
    score_status TEXT NOT NULL,
    late BOOLEAN NOT NULL,
    missing BOOLEAN NOT NULL,
    incomplete BOOLEAN NOT NULL,
    in_progress BOOLEAN NOT NULL,
    comment TEXT,
    graded_by TEXT,
    posted_at DATETIME,
    source_id TEXT,
    PRIMARY KEY (tenant_id, line_item_id, student_id)
) WITHOUT ROWID;
CREATE INDEX gradebook_results_of_source ON gradebook_results (tenant_id, source_id) WHERE source_id IS NOT NULL;

-- Who changed what in a cell, when, from what to what, and why.
CREATE TABLE gradebook_changes (
    tenant_id TEXT NOT NULL,
    line_item_id TEXT NOT NULL,
    student_id TEXT NOT NULL,
    revision INTEGER NOT NULL,
    kind TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at DATETIME NOT NULL,
    old_marks TEXT NOT NULL,
    new_marks TEXT NOT NULL,
    posted BOOLEAN NOT NULL,
    reason TEXT,
    PRIMARY KEY (tenant_id, line_item_id, student_id, revision)
) WITHOUT ROWID;

-- The grading periods that have been told as closed, class by class.
CREATE TABLE gradebook_closings (
    tenant_id TEXT NOT NULL,
    class_id TEXT NOT NULL,
    academic_session_id TEXT NOT NULL,
    noticed_at DATETIME NOT NULL,
    PRIMARY KEY (tenant_id, class_id, academic_session_id)
) WITHOUT ROWID;
