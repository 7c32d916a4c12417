//! Reading and writing a table as a whole: what is there, by fingerprint; many rows in one statement.

use std::collections::HashMap;

use homeroom_contract::TenantId;
use homeroom_journal::{Conn, DatabaseError, sql};
use sqlx::query_builder::Separated;
use sqlx::{AssertSqlSafe, Database, Encode, QueryBuilder, Type};

use super::rows::{Cell, Stored, Table};
use super::{Origin, Tally};
use crate::oneroster::{Row, Status};

/// Rows that are read, or written, with one statement.
const READ_AT_ONCE: i64 = 50_000;
const WRITTEN_AT_ONCE: usize = 1000;
/// SQLite takes at most 32,766 bound values in a statement, PostgreSQL 65,535.
const BOUND_AT_ONCE: usize = 30_000;

/// A row that is in the table.
#[derive(Debug)]
pub(super) struct Was {
    digest: i64,
    active: bool,
    pub(super) origin: Origin,
    /// The person it is about; empty if it is about none.
    person: String,
}

/// All rows of one tenant in a table, by `sourcedId`.
pub(super) type Stock = HashMap<String, Was>;

/// Reads what a tenant has in a table.
pub(super) async fn stock(conn: &mut Conn, table: Table, tenant: &TenantId) -> Result<Stock, DatabaseError> {
    let Table { name, key, person, .. } = table;
    let question = format!(
        "SELECT {key}, digest, active, origin, {person} FROM {name} WHERE tenant_id = $1 AND {key} > $2 \
         ORDER BY {key} LIMIT {READ_AT_ONCE}"
    );
    let mut stock = Stock::new();
    let mut after = String::new();
    loop {
        let page = sql!(conn, |c| {
            sqlx::query_as::<_, (String, i64, bool, String, String)>(AssertSqlSafe(question.as_str()))
                .bind(tenant.as_str())
                .bind(after.as_str())
                .fetch_all(c)
        })?;
        let Some((last, ..)) = page.last() else { return Ok(stock) };
        after.clone_from(last);
        stock.extend(page.into_iter().map(|(id, digest, active, origin, person)| {
            (id, Was { digest, active, origin: Origin::of(&origin), person })
        }));
    }
}

/// What is to be done with a table, and whose rights that touches.
pub(super) struct Plan<'a, R> {
    write: Vec<(&'a R, i64)>,
    remove: Vec<&'a str>,
    pub(super) tally: Tally,
    people: Vec<&'a str>,
    losing: Vec<&'a str>,
}

impl<'a, R: Stored> Plan<'a, R> {
    /// Compares the rows of a source with what is there. `is_gone` is asked about what was imported and isn't among the rows, by
    /// its `sourcedId` and the person it is about.
    pub(super) fn new(stock: &'a Stock, rows: &'a [Row<R>], is_gone: impl Fn(&str, &str) -> bool) -> Self {
        let mut plan = Self {
            write: Vec::new(),
            remove: Vec::new(),
            tally: Tally::default(),
            people: Vec::new(),
            losing: Vec::new(),
        };
        for row in rows {
            match (stock.get_key_value(row.record.key()), row.status) {
                (None, Status::Active) => {
                    plan.tally.added += 1;
                    plan.write(&row.record, row.record.digest());
                }
                (Some((_, was)), Status::Active) => {
                    let digest = row.record.digest();
                    if was.active && was.digest == digest && was.origin == Origin::Import {
                        plan.tally.unchanged += 1;
                    } else {
                        plan.tally.changed += 1;
                        plan.people.push(&was.person);
                        if was.active && row.record.may_take() {
                            plan.losing.push(&was.person);
                        }
                        plan.write(&row.record, digest);
                    }
                }
                (Some((id, was)), Status::ToBeDeleted) if was.active => plan.remove(id, was),
                (_, Status::ToBeDeleted) => plan.tally.unchanged += 1,
            }
        }
        let present: std::collections::HashSet<&str> = rows.iter().map(|row| row.record.key()).collect();
        for (id, was) in stock {
            if was.active
                && was.origin == Origin::Import
                && !present.contains(id.as_str())
                && is_gone(id, &was.person)
            {
                plan.remove(id, was);
            }
        }
        plan
    }

    fn write(&mut self, record: &'a R, digest: i64) {
        self.people.extend(record.person());
        self.write.push((record, digest));
    }

    fn remove(&mut self, id: &'a str, was: &'a Was) {
        self.tally.removed += 1;
        self.people.push(&was.person);
        self.losing.push(&was.person);
        self.remove.push(id);
    }

    /// The records that are new or differ.
    pub(super) fn written(&self) -> impl Iterator<Item = &'a R> {
        self.write.iter().map(|(record, _)| *record)
    }

    /// The people whose rights the changed rows are about, as they were and as they are.
    pub(super) fn people(&self) -> impl Iterator<Item = &'a str> {
        self.people.iter().copied().filter(|person| !person.is_empty())
    }

    /// Those of them who may have lost something by it.
    pub(super) fn losing(&self) -> impl Iterator<Item = &'a str> {
        self.losing.iter().copied().filter(|person| !person.is_empty())
    }

    /// Whether anything that was there is different now.
    pub(super) fn touches_what_was(&self) -> bool {
        self.tally.changed + self.tally.removed > 0
    }

    /// Does it.
    pub(super) async fn apply(&self, conn: &mut Conn, tenant: &TenantId) -> Result<(), DatabaseError> {
        let Table { name, key, columns, .. } = R::TABLE;
        let listed = columns.join(", ");
        let insert = format!("INSERT INTO {name} (tenant_id, {key}, {listed}, active, origin, digest) ");
        let updates: Vec<String> =
            columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
        let update = format!(
            " ON CONFLICT (tenant_id, {key}) DO UPDATE SET {}, active = excluded.active, origin = excluded.origin, \
             digest = excluded.digest",
            updates.join(", ")
        );
        let at_once = WRITTEN_AT_ONCE.min(BOUND_AT_ONCE / (columns.len() + 5));
        for some in self.write.chunks(at_once) {
            sql!(conn, |c| async {
                let mut statement = QueryBuilder::new(&insert);
                statement.push_values(some, |mut row, (record, digest)| {
                    row.push_bind(tenant.as_str()).push_bind(record.key());
                    for cell in record.cells() {
                        bind(&mut row, cell);
                    }
                    row.push("true").push("'import'").push_bind(digest);
                });
                statement.push(&update);
                statement.build().execute(c).await
            })?;
        }
        for some in self.remove.chunks(WRITTEN_AT_ONCE) {
            sql!(conn, |c| async {
                let mut statement =
                    QueryBuilder::new(format!("UPDATE {name} SET active = false WHERE tenant_id = "));
                statement.push_bind(tenant.as_str()).push(format!(" AND {key} IN ("));
                let mut ids = statement.separated(", ");
                for id in some {
                    ids.push_bind(*id);
                }
                statement.push(")");
                statement.build().execute(c).await
            })?;
        }
        Ok(())
    }
}

fn bind<D>(row: &mut Separated<'_, D, &'static str>, cell: Cell<'_>)
where
    D: Database,
    String: Type<D> + Encode<'static, D>,
    Option<String>: Type<D> + Encode<'static, D>,
    bool: Type<D> + Encode<'static, D>,
    Option<chrono::NaiveDate>: Type<D> + Encode<'static, D>,
    i64: Type<D> + Encode<'static, D>,
{
    match cell {
        Cell::Text(text) => row.push_bind(text.into_owned()),
        Cell::MaybeText(text) => row.push_bind(text.map(str::to_owned)),
        Cell::Flag(flag) => row.push_bind(flag),
        Cell::Day(day) => row.push_bind(day),
        Cell::Whole(number) => row.push_bind(number),
    };
}
