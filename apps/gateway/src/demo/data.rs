//! What the demo keeps in its folder: the database, the key that its tokens are signed with, and who is who. Made on the first
//! start, used again on every other while its class still meets.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use homeroom_auth::{Grant, Signer};
use homeroom_contract::{AcademicSessionId, ClassId, Clock as _, SystemClock, TenantId, Timestamp, UserId};
use homeroom_journal::Database;
use homeroom_roster::generate::{self, District, Plan};
use homeroom_roster::{ImportOptions, Outcome, RosterError};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Others;
use crate::compose;
use crate::config::Config;
use crate::stop::Stop;

/// The demo's folder, in the working directory.
pub(crate) const FOLDER: &str = "homeroom-data";

/// How many students the district has: enough to look around in, few enough to be there at once.
const STUDENTS: u32 = 240;

/// How long the demo's tokens are good.
const TOKEN_LIFETIME: Duration = Duration::from_hours(12);

/// The demo, ready to be served.
pub(crate) struct Demo {
    pub(crate) database: Database,
    pub(crate) secret: String,
    pub(crate) cast: Cast,
    /// Whether it was there, but of a grading period that is over, and has been brought up to date.
    pub(crate) renewed: bool,
    signer: Signer,
    issuer: Option<String>,
    audience: Option<String>,
}

/// People who belong together, to log in as.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Cast {
    pub(crate) district: TenantId,
    pub(crate) class: ClassId,
    pub(crate) session: AcademicSessionId,
    pub(crate) teacher: UserId,
    pub(crate) student: UserId,
    pub(crate) parent: UserId,
    pub(crate) principal: UserId,
}

impl Demo {
    /// Opens the demo in that folder as of that moment, and makes it first if it isn't there.
    pub(crate) async fn open(config: &Config, folder: &Path, now: Timestamp) -> Result<Self, Stop> {
        std::fs::create_dir_all(folder).map_err(|error| unwritable(folder, &error))?;
        let secret = secret(folder)?;
        let signer =
            Signer::new(&secret).map_err(|error| Stop::failed("the demo's key can't be used", &error))?;
        let url = format!("sqlite://{}", folder.join("homeroom.db").display());
        let database = compose::database(config, &url).await?;
        let path = folder.join("people.json");
        let known = if path.exists() { Some(read_cast(&path)?) } else { None };
        let met = match &known {
            Some(cast) => still_meets(config, &database, cast, now).await?,
            None => false,
        };
        let (cast, renewed) = match known {
            Some(cast) if met => (cast, false),
            outdated => (populate(config, &database, folder, now).await?, outdated.is_some()),
        };
        let (issuer, audience) = (config.jwt_issuer.clone(), config.jwt_audience.clone());
        Ok(Self { database, secret, cast, renewed, signer, issuer, audience })
    }

    /// Somebody else of the class, and a guardian of theirs.
    pub(crate) async fn others(&self, config: &Config) -> Result<Others, Stop> {
        let failed =
            |error: &dyn std::error::Error| Stop::failed("the made-up district can't be read", error);
        let roster = compose::roster(config, &self.database);
        let (tenant, now) = (&self.cast.district, SystemClock.now());
        let mut conn = self.database.lookup().await.map_err(|error| failed(&error))?;
        let family = roster
            .guardians_of(&mut conn, tenant, &self.cast.student, now)
            .await
            .map_err(|error| failed(&error))?;
        let students = roster
            .students_in(&mut conn, tenant, &self.cast.class, now)
            .await
            .map_err(|error| failed(&error))?;
        for classmate in students.into_iter().map(|person| person.user) {
            let guardians = roster
                .guardians_of(&mut conn, tenant, &classmate, now)
                .await
                .map_err(|error| failed(&error))?;
            let other = guardians.into_iter().find(|guardian| !family.contains(guardian));
            if let (true, Some(other_parent)) = (classmate != self.cast.student, other) {
                return Ok(Others { classmate, other_parent });
            }
        }
        Err(Stop::impossible("the made-up class has only one family"))
    }

    /// A token for somebody of the district, good from now on.
    pub(crate) fn token(&self, user: &UserId) -> Result<String, Stop> {
        let now = SystemClock.now();
        let grant = Grant {
            district: Some(self.cast.district.clone()),
            issuer: self.issuer.clone(),
            audience: self.audience.clone(),
            ..Grant::person(user.clone(), now.plus(TOKEN_LIFETIME)).issued(now)
        };
        self.signer.sign(&grant).map_err(|error| Stop::failed("the token could not be made", &error))
    }
}

/// The key of a demo that has run before in this folder.
pub(crate) fn existing_secret() -> Result<String, Stop> {
    let path = key_path(Path::new(FOLDER));
    if path.exists() {
        return read(&path);
    }
    Err(Stop::impossible("there is no key: set JWT_SECRET, or start the demo once in this folder"))
}

/// Whether the student is in the class today, and its grading period is not over.
async fn still_meets(
    config: &Config,
    database: &Database,
    cast: &Cast,
    now: Timestamp,
) -> Result<bool, Stop> {
    let failed = |error: &dyn std::error::Error| Stop::failed("the made-up district can't be read", error);
    let roster = compose::roster(config, database);
    let Cast { district, class, session, student, .. } = cast;
    let mut conn = database.lookup().await.map_err(|error| failed(&error))?;
    let session = match roster.session(&mut conn, district, session).await {
        Ok(session) => session,
        Err(RosterError::NotFound(_)) => return Ok(false),
        Err(error) => return Err(failed(&error)),
    };
    let enrolled = roster.is_student_in(&mut conn, district, class, student, now).await;
    Ok(!session.closed(roster.today(district, now)) && enrolled.map_err(|error| failed(&error))?)
}

/// Makes up a district as it is today and brings it in as any other roster, over the one of an earlier day if there is one: the
/// people stay the same. Who is who is written last: a start that was cut short is done again.
async fn populate(config: &Config, database: &Database, folder: &Path, now: Timestamp) -> Result<Cast, Stop> {
    let district = District::generate(&Plan::new(STUDENTS, now.to_utc().date_naive()));
    let zip = folder.join("district.zip");
    district.write_zip(&zip).map_err(|error| unwritable(&zip, &error))?;
    let failed =
        |error: &dyn std::error::Error| Stop::failed("the made-up district can't be imported", error);
    let roster = compose::roster(config, database);
    let gradebook = compose::gradebook_import(config);
    let report = roster.import(&zip, &ImportOptions::default(), Some(&gradebook), now).await;
    let report = report.map_err(|error| failed(&error))?;
    if report.outcome != Outcome::Applied {
        return Err(Stop::impossible(format!("the made-up district was refused: {report}")));
    }
    let cast = Cast::of(district.cast()).map_err(|error| failed(&error))?;
    let json = serde_json::to_string_pretty(&cast).map_err(|error| failed(&error))?;
    let path = folder.join("people.json");
    std::fs::write(&path, json).map_err(|error| unwritable(&path, &error))?;
    Ok(cast)
}

impl Cast {
    fn of(cast: &generate::Cast) -> Result<Self, homeroom_contract::InvalidId> {
        Ok(Self {
            district: TenantId::new(cast.district.as_str())?,
            class: cast.class.clone(),
            session: cast.session.clone(),
            teacher: cast.teacher.clone(),
            student: cast.student.clone(),
            parent: cast.parent.clone(),
            principal: cast.principal.clone(),
        })
    }
}

fn read_cast(path: &Path) -> Result<Cast, Stop> {
    serde_json::from_str(&read(path)?)
        .map_err(|error| Stop::failed(format!("{} can't be understood", path.display()), &error))
}

/// The demo's key, readable by its owner only.
fn secret(folder: &Path) -> Result<String, Stop> {
    let path = key_path(folder);
    if path.exists() {
        return read(&path);
    }
    // 244 random bits.
    let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&path).and_then(|mut file| file.write_all(secret.as_bytes()));
    written.map_err(|error| unwritable(&path, &error))?;
    Ok(secret)
}

fn key_path(folder: &Path) -> PathBuf {
    folder.join("key")
}

fn read(path: &Path) -> Result<String, Stop> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::failed(format!("{} could not be read", path.display()), &error))?;
    Ok(text.trim().to_owned())
}

fn unwritable(path: &Path, error: &std::io::Error) -> Stop {
    Stop::failed(format!("{} could not be written", path.display()), error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn whatever_day_it_is_started_again_the_class_meets_and_its_period_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let config = Config::default();
        let mut people = None;
        // In every quarter of a year, at the end of it, and a year later.
        for (day, renewed) in [
            ("2026-09-01", false),
            ("2026-10-20", false),
            ("2026-10-21", true),
            ("2027-02-01", true),
            ("2027-07-31", true),
            ("2027-08-01", true),
            ("2028-10-01", true),
            ("2028-10-02", false),
        ] {
            let noon = day.parse::<chrono::NaiveDate>().unwrap().and_hms_opt(12, 0, 0).unwrap();
            let now = Timestamp::new(noon.and_utc());
            let demo = Demo::open(&config, folder.path(), now).await.unwrap();
            assert_eq!(demo.renewed, renewed, "{day}");
            assert!(still_meets(&config, &demo.database, &demo.cast, now).await.unwrap(), "{day}");
            let Cast { district, teacher, student, parent, principal, .. } = demo.cast;
            let cast: (TenantId, _) = (district, [teacher, student, parent, principal]);
            assert_eq!(people.get_or_insert_with(|| cast.clone()), &cast, "{day}");
            demo.database.close().await;
        }
    }
}
