//! Every file of `OneRoster` 1.2 with its columns, in the standard's order (CSV binding, section 4), and what 1.1 has in
//! other places. This table is the only place that knows them; reading and writing both follow it.

use std::fmt;

use serde::Serialize;

use super::records::{ClassKind, EnrollmentRole, OrgKind, RoleKind, ScoreStatus, SessionKind, Status};

/// Whether a value has to be there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    Always,
    /// In delta files only.
    Delta,
    Never,
}

/// What a value looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Format {
    Text,
    Texts,
    Id,
    Ids,
    Date,
    DateTime,
    Year,
    Integer,
    Float,
    /// One of these words.
    Word(&'static [&'static str]),
    /// One of these words, or a district's own that begins with `ext:`.
    OpenWord(&'static [&'static str]),
    /// A list of such words.
    OpenWords(&'static [&'static str]),
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub(crate) name: &'static str,
    pub(crate) need: Need,
    pub(crate) format: Format,
    /// Whether the value is taken into a record. What isn't kept can't refuse a row.
    pub(crate) kept: bool,
}

const fn required(name: &'static str, format: Format) -> Column {
    Column { name, need: Need::Always, format, kept: true }
}

const fn optional(name: &'static str, format: Format) -> Column {
    Column { name, need: Need::Never, format, kept: true }
}

const fn delta(name: &'static str, format: Format) -> Column {
    Column { name, need: Need::Delta, format, kept: true }
}

/// A column whose values aren't kept.
const fn unkept(name: &'static str, format: Format) -> Column {
    Column { name, need: Need::Never, format, kept: false }
}

use Format::{Date, DateTime, Float, Id, Ids, Integer, OpenWord, OpenWords, Text, Texts, Word, Year};

pub(crate) const BOOLEAN: &[&str] = &["true", "false"];
pub(crate) const ROLE_TYPES: &[&str] = &["primary", "secondary"];
const SEXES: &[&str] = &["male", "female", "unspecified", "other"];
const SOURCES: &[&str] = &["case", "unknown"];
const RESOURCE_ROLES: &[&str] =
    &["administrator", "aide", "guardian", "parent", "proctor", "relative", "student", "teacher"];

macro_rules! files {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $read:literal, [$($column:expr),* $(,)?];)*) => {
        /// A data file of the standard.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum File { $($(#[$doc])* $variant,)* }

        impl File {
            /// All of them, those that are read in the order that references go.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in the manifest, without `file.`; with `.csv` behind it the file's name.
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// Whether anything of it is kept. The others are known, counted and skipped.
            pub fn is_read(self) -> bool {
                match self { $(Self::$variant => $read,)* }
            }

            /// The columns, in order.
            pub(crate) fn columns(self) -> &'static [Column] {
                match self {
                    $(Self::$variant => {
                        const COLUMNS: &[Column] = &[
                            required("sourcedId", Id),
                            delta("status", Word(Status::TOKENS)),
                            delta("dateLastModified", DateTime),
                            $($column),*
                        ];
                        COLUMNS
                    })*
                }
            }
        }
    };
}

files! {
    /// Schools, districts and what is above them.
    Orgs = "orgs", true, [
        required("name", Text), required("type", OpenWord(OrgKind::TOKENS)), optional("identifier", Text),
        optional("parentSourcedId", Id),
    ];
    /// School years, terms, grading periods.
    AcademicSessions = "academicSessions", true, [
        required("title", Text), required("type", OpenWord(SessionKind::TOKENS)), required("startDate", Date),
        required("endDate", Date), optional("parentSourcedId", Id), required("schoolYear", Year),
    ];
    /// People.
    Users = "users", true, [
        required(BEFORE_1P1, Word(BOOLEAN)), required("username", Text), unkept("userIds", Texts),
        required("givenName", Text), required("familyName", Text), optional("middleName", Text),
        optional("identifier", Text), optional("email", Text), unkept("sms", Text), unkept("phone", Text),
        optional("agentSourcedIds", Ids), optional("grades", Texts), unkept("password", Text),
        unkept("userMasterIdentifier", Text), unkept("resourceSourcedIds", Ids),
        optional("preferredGivenName", Text), optional("preferredMiddleName", Text),
        optional("preferredFamilyName", Text), optional("primaryOrgSourcedId", Id), optional("pronouns", Text),
    ];
    /// What people are where.
    Roles = "roles", true, [
        required("userSourcedId", Id), required("roleType", Word(ROLE_TYPES)),
        required("role", OpenWord(RoleKind::TOKENS)), optional("beginDate", Date), optional("endDate", Date),
        required("orgSourcedId", Id), unkept("userProfileSourcedId", Id),
    ];
    /// What is taught.
    Courses = "courses", true, [
        optional("schoolYearSourcedId", Id), required("title", Text), optional("courseCode", Text),
        optional("grades", Texts), required("orgSourcedId", Id), optional("subjects", Texts),
        unkept("subjectCodes", Texts),
    ];
    /// Classes.
    Classes = "classes", true, [
        required("title", Text), optional("grades", Texts), required("courseSourcedId", Id),
        optional("classCode", Text), required("classType", OpenWord(ClassKind::TOKENS)), optional("location", Text),
        required("schoolSourcedId", Id), required("termSourcedIds", Ids), optional("subjects", Texts),
        unkept("subjectCodes", Texts), optional("periods", Texts),
    ];
    /// Who is in a class.
    Enrollments = "enrollments", true, [
        required("classSourcedId", Id), required("schoolSourcedId", Id), required("userSourcedId", Id),
        required("role", OpenWord(EnrollmentRole::TOKENS)), optional("primary", Word(BOOLEAN)),
        optional("beginDate", Date), optional("endDate", Date),
    ];
    /// Birth dates, and what isn't kept.
    Demographics = "demographics", true, [
        optional("birthDate", Date), unkept("sex", OpenWord(SEXES)),
        unkept("americanIndianOrAlaskaNative", Word(BOOLEAN)), unkept("asian", Word(BOOLEAN)),
        unkept("blackOrAfricanAmerican", Word(BOOLEAN)),
        unkept("nativeHawaiianOrOtherPacificIslander", Word(BOOLEAN)), unkept("white", Word(BOOLEAN)),
        unkept("demographicRaceTwoOrMoreRaces", Word(BOOLEAN)), unkept("hispanicOrLatinoEthnicity", Word(BOOLEAN)),
        unkept("countryOfBirthCode", Text), unkept("stateOfBirthAbbreviation", Text), unkept("cityOfBirth", Text),
        unkept("publicSchoolResidenceStatus", Text),
    ];
    /// Categories of line items.
    Categories = "categories", true, [required("title", Text), optional("weight", Integer)];
    /// Assignments.
    LineItems = "lineItems", true, [
        required("title", Text), optional("description", Text), required("assignDate", Date),
        required("dueDate", Date), required("classSourcedId", Id), required("categorySourcedId", Id),
        required(ACADEMIC_SESSION, Id), optional("resultValueMin", Float),
        optional("resultValueMax", Float), required("schoolSourcedId", Id),
    ];
    /// Scores.
    Results = "results", true, [
        required("lineItemSourcedId", Id), required("studentSourcedId", Id),
        required("scoreStatus", OpenWord(ScoreStatus::TOKENS)), optional("score", Float),
        required("scoreDate", Date), optional("comment", Text), optional("textScore", Text),
        optional("classSourcedId", Id), optional("inProgress", Word(BOOLEAN)), optional("incomplete", Word(BOOLEAN)),
        optional("late", Word(BOOLEAN)), optional("missing", Word(BOOLEAN)),
    ];
    /// Resources of classes.
    ClassResources = "classResources", false, [
        optional("title", Text), required("classSourcedId", Id), required("resourceSourcedId", Id),
    ];
    /// Resources of courses.
    CourseResources = "courseResources", false, [
        optional("title", Text), required("courseSourcedId", Id), required("resourceSourcedId", Id),
    ];
    /// Learning objectives of line items.
    LineItemLearningObjectiveIds = "lineItemLearningObjectiveIds", false, [
        required("lineItemSourcedId", Id), required("source", OpenWord(SOURCES)), required("learningObjectiveId", Text),
    ];
    /// Score scales of line items.
    LineItemScoreScales = "lineItemScoreScales", false, [
        optional("title", Text), required("lineItemSourcedId", Id), required("scoreScaleSourcedId", Id),
    ];
    /// Learning resources.
    Resources = "resources", false, [
        required("vendorResourceId", Text), optional("title", Text), optional("roles", OpenWords(RESOURCE_ROLES)),
        optional("importance", Word(ROLE_TYPES)), optional("vendorId", Text), optional("applicationId", Text),
    ];
    /// Learning objectives of results.
    ResultLearningObjectiveIds = "resultLearningObjectiveIds", false, [
        required("resultSourcedId", Id), required("source", OpenWord(SOURCES)), required("learningObjectiveId", Text),
        optional("score", Float), optional("textScore", Text),
    ];
    /// Score scales of results.
    ResultScoreScales = "resultScoreScales", false, [
        optional("title", Text), required("resultSourcedId", Id), required("scoreScaleSourcedId", Id),
    ];
    /// Score scales.
    ScoreScales = "scoreScales", false, [
        required("title", Text), required("type", Text), required("orgSourcedId", Id), required("courseSourcedId", Id),
        required("classSourcedId", Id), required("scoreScaleValue", Texts),
    ];
    /// Accounts at other systems.
    UserProfiles = "userProfiles", false, [
        required("userSourcedId", Id), required("profileType", Text), required("vendorId", Text),
        optional("applicationId", Text), optional("description", Text), required("credentialType", Text),
        required("username", Text), optional("password", Text),
    ];
    /// Resources of people.
    UserResources = "userResources", false, [
        required("userSourcedId", Id), optional("orgSourcedId", Id), optional("classSourcedId", Id),
        required("resourceSourcedId", Id),
    ];
}

/// What `users.csv` has in 1.1 (CSV binding 1.1, section 4.13) instead of a `roles.csv`.
pub(crate) const USERS_1P1: &[Column] = &[
    required("orgSourcedIds", Ids),
    required(
        "role",
        OpenWord(&[
            "administrator",
            "aide",
            "guardian",
            "parent",
            "proctor",
            "relative",
            "student",
            "teacher",
        ]),
    ),
];

/// The column that those stand behind.
pub(crate) const BEFORE_1P1: &str = "enabledUser";

const NEW_IN_USERS: &[&str] = &[
    "userMasterIdentifier",
    "resourceSourcedIds",
    "preferredGivenName",
    "preferredMiddleName",
    "preferredFamilyName",
    "primaryOrgSourcedId",
    "pronouns",
];
const NEW_IN_RESULTS: &[&str] =
    &["textScore", "classSourcedId", "inProgress", "incomplete", "late", "missing"];

/// The session that a line item counts for.
pub(crate) const ACADEMIC_SESSION: &str = "academicSessionSourcedId";
/// The name that it has in 1.1.
pub(crate) const GRADING_PERIOD_1P1: &str = "gradingPeriodSourcedId";

impl Column {
    /// Whether 1.1 doesn't have it.
    pub(crate) fn is_new(&self, file: File) -> bool {
        match file {
            File::Users => NEW_IN_USERS.contains(&self.name),
            File::Categories => self.name == "weight",
            File::LineItems => self.name == "schoolSourcedId",
            File::Results => NEW_IN_RESULTS.contains(&self.name),
            _ => false,
        }
    }
}

impl File {
    /// The file of that name without `.csv`.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|file| file.name() == name)
    }

    /// The file's name in a source, such as `users.csv`.
    pub fn file_name(self) -> String {
        format!("{}.csv", self.name())
    }
}

impl fmt::Display for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.csv", self.name())
    }
}

impl Serialize for File {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
