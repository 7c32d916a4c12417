//! The enumerations of `OneRoster` 1.2 (CSV binding, section 4). Those that the standard lets a district extend have a last
//! variant for `ext:` tokens, kept as they are written.

use std::sync::Arc;

macro_rules! words {
    (@extend $(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $token:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$vdoc])* $variant,)*
            /// A district's own word, with its `ext:` in front.
            Ext(Arc<str>),
        }

        impl $name {
            pub(crate) const TOKENS: &[&'static str] = &[$($token),*];

            /// The word as the standard (or, for an extension, the district) writes it.
            pub fn as_str(&self) -> &str {
                match self { $(Self::$variant => $token,)* Self::Ext(token) => token }
            }

            /// The variant of a token in the standard's own spelling, or of an `ext:` token.
            pub fn from_token(token: &str) -> Option<Self> {
                match token {
                    $($token => Some(Self::$variant),)*
                    _ if token.starts_with("ext:") => Some(Self::Ext(token.into())),
                    _ => None,
                }
            }
        }
    };
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $token:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant,)* }

        impl $name {
            pub(crate) const TOKENS: &[&'static str] = &[$($token),*];

            /// The word as the standard writes it.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $token,)* }
            }

            /// The variant of a token in the standard's own spelling.
            pub fn from_token(token: &str) -> Option<Self> {
                match token { $($token => Some(Self::$variant),)* _ => None }
            }
        }
    };
}

words! {
    /// Whether a record stands.
    Status {
        /// It stands.
        Active = "active",
        /// It is gone at its source.
        ToBeDeleted = "tobedeleted",
    }
}

words! { @extend
    /// What an org is. In some countries a board stands for `local` or `state`.
    OrgKind {
        /// A part of a school or of another org.
        Department = "department",
        /// A school.
        School = "school",
        /// A district: the tenant.
        District = "district",
        /// A local authority above districts.
        Local = "local",
        /// A state.
        State = "state",
        /// A country.
        National = "national",
    }
}

words! { @extend
    /// What an academic session is.
    SessionKind {
        /// A period that grades are given for.
        GradingPeriod = "gradingPeriod",
        /// Half a year or so.
        Semester = "semester",
        /// The whole year.
        SchoolYear = "schoolYear",
        /// A part of the year by which classes are held.
        Term = "term",
    }
}

words! { @extend
    /// What a person is at an org (`roles.csv`; in 1.1 a column of `users.csv`).
    RoleKind {
        /// Helps teachers.
        Aide = "aide",
        /// Advises students.
        Counselor = "counselor",
        /// Runs a district.
        DistrictAdministrator = "districtAdministrator",
        /// Is responsible for a student without being a parent.
        Guardian = "guardian",
        /// A parent.
        Parent = "parent",
        /// Heads a school.
        Principal = "principal",
        /// Supervises assessments.
        Proctor = "proctor",
        /// A relative without the rights of a guardian.
        Relative = "relative",
        /// Runs a school.
        SiteAdministrator = "siteAdministrator",
        /// Learns.
        Student = "student",
        /// Runs the systems.
        SystemAdministrator = "systemAdministrator",
        /// Teaches.
        Teacher = "teacher",
    }
}

words! { @extend
    /// How a class is held.
    ClassKind {
        /// Where attendance is taken.
        Homeroom = "homeroom",
        /// An ordinary class.
        Scheduled = "scheduled",
    }
}

words! { @extend
    /// What a person is in a class.
    EnrollmentRole {
        /// Administrates the class.
        Administrator = "administrator",
        /// Supervises its assessments.
        Proctor = "proctor",
        /// Learns in it.
        Student = "student",
        /// Teaches it.
        Teacher = "teacher",
    }
}

words! { @extend
    /// How far a result has come.
    ScoreStatus {
        /// It doesn't count.
        Exempt = "exempt",
        /// The score is final.
        FullyGraded = "fully graded",
        /// Nothing was handed in.
        NotSubmitted = "not submitted",
        /// The score may still change.
        PartiallyGraded = "partially graded",
        /// Handed in, not graded yet.
        Submitted = "submitted",
    }
}
