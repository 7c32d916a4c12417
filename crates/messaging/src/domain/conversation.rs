//! A conversation, and who may open one.
//!
//! Every conversation has staff in it, or only staff. A class's is opened by staff of that class.

use std::collections::BTreeSet;

use homeroom_contract::{ClassId, OrgId, Role, Timestamp, UserId, field};
use serde::{Deserialize, Serialize};

use crate::domain::party::may_meet;
use crate::domain::{AboutStudent, Candidate, Circle, ConversationId, Limits, MessagingError, Party};

/// A conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Conversation {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Whom it is for.
    pub circle: Circle,
    /// Its name, if it was given one.
    pub title: Option<String>,
    /// The student whom it is about, if it is about one.
    pub about: Option<UserId>,
    /// The school whose administrators moderate it; none if staff of several schools talk among themselves, and then the
    /// district's do.
    pub school_id: Option<OrgId>,
    /// Who opened it.
    pub opened_by: UserId,
    /// When.
    pub opened_at: Timestamp,
}

/// What a conversation starts with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// Its new id.
    pub conversation_id: ConversationId,
    /// Its name; none needed.
    pub title: Option<String>,
    /// When it is opened.
    pub at: Timestamp,
}

/// A class in which a conversation is to be opened, as the roster has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Classroom {
    /// The class.
    pub class_id: ClassId,
    /// Its school.
    pub school_id: OrgId,
}

impl Conversation {
    /// Opens a conversation between people. Who is named twice, or is the opener, is in it once.
    ///
    /// `SUPERVISION_REQUIRED` with a student in it and no staff of the student's school; `UNAUTHORIZED` if two of them may not talk
    /// with each other, or somebody may not see the student whom it is about.
    pub fn between(
        opening: Opening,
        opener: &Party,
        others: &[Party],
        about: Option<&AboutStudent>,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        field::count("participantIds", others.len(), limits.participants)?;
        let mut everyone = vec![opener.clone()];
        for other in others {
            if !everyone.iter().any(|party| party.user_id == other.user_id) {
                everyone.push(other.clone());
            }
        }
        if everyone.len() < 2 {
            return Err(MessagingError::Alone);
        }
        may_meet(&everyone)?;
        if let Some(student) = about
            && let Some(party) = everyone.iter().find(|party| !student.seen_by.contains(&party.user_id))
        {
            return Err(MessagingError::MayNotHearOf(party.user_id.clone()));
        }
        let circle =
            Circle::People { participants: everyone.iter().map(|party| party.user_id.clone()).collect() };
        let about = about.map(|student| student.student_id.clone());
        Self { about, ..Self::opened(opening, &opener.user_id, circle, school_of(&everyone)) }.checked(limits)
    }

    /// Opens the conversation of everyone in a class.
    ///
    /// `UNAUTHORIZED` unless the opener is staff of the class or an administrator over it.
    pub fn of_class(
        opening: Opening,
        opener: &Candidate,
        class: &Classroom,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        let circle = Circle::Class { class_id: class.class_id.clone() };
        Self::in_class(opening, opener, class, circle, limits)
    }

    /// Opens a conversation of some people of a class, or guardians of its students. Only here guardians talk with each other.
    ///
    /// `UNAUTHORIZED` unless the opener is staff of the class or an administrator over it, and if somebody has nothing to do with
    /// it but to watch its exams.
    pub fn within_class(
        opening: Opening,
        opener: &Candidate,
        class: &Classroom,
        others: &[Candidate],
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        field::count("participantIds", others.len(), limits.participants)?;
        let opener_id = &opener.party.user_id;
        let outside = |other: &&Candidate| !other.is_of_class() && other.party.user_id != *opener_id;
        if let Some(other) = others.iter().find(outside) {
            return Err(MessagingError::NotOfClass(other.party.user_id.clone()));
        }
        let named = others.iter().map(|other| &other.party.user_id).chain([opener_id]);
        let participants: BTreeSet<UserId> = named.cloned().collect();
        if participants.len() < 2 {
            return Err(MessagingError::Alone);
        }
        let circle = Circle::ClassGroup { class_id: class.class_id.clone(), participants };
        Self::in_class(opening, opener, class, circle, limits)
    }

    /// Whether that person may delete what others say in it: staff of its class and administrators over it, and the administrators
    /// of its school or of what stands above it.
    pub fn is_moderated_by(&self, who: &Candidate) -> bool {
        let over_class = self.circle.class_id().is_some() && who.is_class_staff();
        let over_school = who.party.roles.iter().any(|(role, schools)| match (role, &self.school_id) {
            (Role::SchoolAdmin | Role::DistrictAdmin | Role::SystemAdmin, Some(school)) => {
                schools.contains(school)
            }
            (Role::DistrictAdmin | Role::SystemAdmin, None) => true,
            _ => false,
        });
        over_class || over_school
    }

    fn in_class(
        opening: Opening,
        opener: &Candidate,
        class: &Classroom,
        circle: Circle,
        limits: &Limits,
    ) -> Result<Self, MessagingError> {
        if !opener.is_class_staff() {
            return Err(MessagingError::NotAllowed);
        }
        let school = Some(class.school_id.clone());
        Self::opened(opening, &opener.party.user_id, circle, school).checked(limits)
    }

    fn opened(opening: Opening, opener: &UserId, circle: Circle, school_id: Option<OrgId>) -> Self {
        Self {
            conversation_id: opening.conversation_id,
            circle,
            title: opening.title,
            about: None,
            school_id,
            opened_by: opener.clone(),
            opened_at: opening.at,
        }
    }

    fn checked(self, limits: &Limits) -> Result<Self, MessagingError> {
        self.title.as_deref().map_or(Ok(()), |title| field::text("title", title, limits.title_chars))?;
        Ok(self)
    }
}

/// The school that moderates a conversation: one that a family in it shares with staff in it; among staff alone one that all of
/// them share, if there is one. Of several, the one whose id sorts first.
fn school_of(everyone: &[Party]) -> Option<OrgId> {
    let (staff, families): (Vec<&Party>, Vec<_>) = everyone.iter().partition(|party| party.is_staff());
    let schools: BTreeSet<&OrgId> = if families.is_empty() {
        let each = staff.iter().map(|one| one.works_at());
        each.reduce(|shared, next| shared.intersection(&next).copied().collect()).unwrap_or_default()
    } else {
        let works_at: BTreeSet<&OrgId> = staff.iter().flat_map(|one| one.works_at()).collect();
        families.iter().flat_map(|one| one.learns_at()).filter(|school| works_at.contains(school)).collect()
    };
    schools.into_iter().next().cloned()
}
