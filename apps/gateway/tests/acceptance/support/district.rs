//! Random districts, written as a OneRoster zip, with one person for every way of standing to one student and one class.
//!
//! What varies: ids (with colons, percent signs, other scripts), which side of a guardian link is written down, which of the
//! equivalent OneRoster roles somebody holds, how many bystanders there are, and what else a person happens to be. What a
//! person may see is known from how they were made; nothing here asks the code under test.

mod files;

/// A way of standing to the student and the class that everything is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Persona {
    Student,
    Classmate,
    OwnParent,
    OtherParent,
    Relative,
    Teacher,
    CoTeacher,
    TeacherWhoIsParent,
    TeacherOfAnotherClass,
    Counselor,
    CounselorOfAnotherSchool,
    Aide,
    Proctor,
    ClassAdministrator,
    SchoolAdmin,
    AdminOfAnotherSchool,
    DistrictAdmin,
    SystemAdmin,
    TeacherOfAnotherDistrict,
    StudentOfAnotherDistrict,
    EndedStudent,
    EndedTeacher,
    FutureStudent,
    FutureTeacher,
    ParentOfEndedStudent,
    Disabled,
}

impl Persona {
    pub(crate) const ALL: [Persona; 26] = [
        Persona::Student,
        Persona::Classmate,
        Persona::OwnParent,
        Persona::OtherParent,
        Persona::Relative,
        Persona::Teacher,
        Persona::CoTeacher,
        Persona::TeacherWhoIsParent,
        Persona::TeacherOfAnotherClass,
        Persona::Counselor,
        Persona::CounselorOfAnotherSchool,
        Persona::Aide,
        Persona::Proctor,
        Persona::ClassAdministrator,
        Persona::SchoolAdmin,
        Persona::AdminOfAnotherSchool,
        Persona::DistrictAdmin,
        Persona::SystemAdmin,
        Persona::TeacherOfAnotherDistrict,
        Persona::StudentOfAnotherDistrict,
        Persona::EndedStudent,
        Persona::EndedTeacher,
        Persona::FutureStudent,
        Persona::FutureTeacher,
        Persona::ParentOfEndedStudent,
        Persona::Disabled,
    ];

    /// Whether this is somebody of the district at all.
    pub(crate) fn is_local(self) -> bool {
        !matches!(self, Persona::TeacherOfAnotherDistrict | Persona::StudentOfAnotherDistrict)
    }
}

/// What varies between districts.
#[expect(clippy::struct_excessive_bools, reason = "each is a coin of its own")]
#[derive(Debug, Clone)]
pub(crate) struct Variation {
    /// Comes before every id, and may hold what would be syntax elsewhere.
    pub(crate) prefix: String,
    /// Guardian links are written on the student's row, else on the adult's.
    pub(crate) link_on_child: bool,
    /// The guardian's role is `parent`, else `guardian`.
    pub(crate) parent: bool,
    /// The school's administrator is a `principal`, else a `siteAdministrator`.
    pub(crate) principal: bool,
    /// The aide is an `ext:aide` enrollment, else an aide by role with a teacher's enrollment that is not primary.
    pub(crate) ext_aide: bool,
    /// Bystanders in the class.
    pub(crate) bystanders: usize,
    /// The teacher also teaches the other class.
    pub(crate) teaches_both: bool,
    /// The class belongs to a school below a state, else directly below the district.
    pub(crate) deep: bool,
}

/// One district's ids.
#[derive(Debug, Clone)]
pub(crate) struct District {
    pub(crate) tenant: String,
    pub(crate) variation: Variation,
}

impl Variation {
    /// Nothing out of the ordinary.
    pub(crate) fn plain() -> Self {
        Self {
            prefix: "p-".to_owned(),
            link_on_child: true,
            parent: true,
            principal: true,
            ext_aide: false,
            bystanders: 0,
            teaches_both: false,
            deep: false,
        }
    }
}

impl District {
    pub(crate) fn new(tenant: &str, variation: Variation) -> Self {
        Self { tenant: tenant.to_owned(), variation }
    }

    /// A second teacher of the class who comes and goes.
    pub(crate) fn visitor(&self) -> String {
        self.id("visitor")
    }

    /// Everyone who is a student of the class today.
    pub(crate) fn students(&self) -> Vec<String> {
        let bystanders = (0..self.variation.bystanders).map(|n| self.id(&format!("bystander-{n}")));
        [self.user(Persona::Student), self.user(Persona::Classmate)].into_iter().chain(bystanders).collect()
    }

    /// The id of a thing, with the district's prefix.
    pub(crate) fn id(&self, what: &str) -> String {
        format!("{}{what}", self.variation.prefix)
    }

    /// The person's id. People of the other district have the same ids as their counterparts here.
    pub(crate) fn user(&self, persona: Persona) -> String {
        let counterpart = match persona {
            Persona::TeacherOfAnotherDistrict => Persona::Teacher,
            Persona::StudentOfAnotherDistrict => Persona::Student,
            persona => persona,
        };
        self.id(&format!("{counterpart:?}"))
    }

    pub(crate) fn class(&self) -> String {
        self.id("class")
    }

    pub(crate) fn other_class(&self) -> String {
        self.id("other-class")
    }

    pub(crate) fn session(&self) -> String {
        self.id("term")
    }

    pub(crate) fn category(&self) -> String {
        self.id("category")
    }

    pub(crate) fn school(&self) -> String {
        self.id("school")
    }
}
