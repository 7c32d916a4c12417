//! Who is in a conversation now: one function says it, for joining, sending, reacting, pushing and telling alike.
//!
//! That somebody is named is not enough for all times. The roster is asked about everyone together: whoever is out decides nothing
//! about those who stay, and no student or guardian stays without staff.

use std::collections::{BTreeMap, BTreeSet};

use homeroom_contract::{Role, UserId};

use crate::domain::{
    AboutStudent, Candidate, Circle, Conversation, ConversationId, InClass, Message, MessagingError, Party,
};

/// Those who are in a conversation now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participants {
    conversation_id: ConversationId,
    admitted: BTreeMap<UserId, Party>,
    unsupervised: BTreeSet<UserId>,
}

impl Conversation {
    /// Who is in it now, with what the roster says now of everyone who is named, or in a class's conversation without names of
    /// everyone enrolled and of whoever would come in. It is also who may be in its room: it is to be asked again whenever the
    /// roster changes for one of them.
    ///
    /// Out is who has left its class, a guardian whose child is no longer the student in it, guardians who would be alone with
    /// other guardians outside of a class, who may no longer see the student whom it is about, and staff who may no longer talk
    /// with any family in it. Families that have no staff there any more are out too, and are told why.
    pub fn participants(&self, candidates: &[Candidate], about: Option<&AboutStudent>) -> Participants {
        let eligible = candidates.iter().filter(|candidate| self.is_for(candidate, about));
        let eligible: BTreeMap<&UserId, &Candidate> =
            eligible.map(|candidate| (&candidate.party.user_id, candidate)).collect();
        let eligible: Vec<&Candidate> = eligible.into_values().collect();
        let (admitted, unsupervised) = match &self.circle {
            Circle::People { .. } => among_people(eligible.iter().map(|candidate| &candidate.party)),
            Circle::Class { .. } => in_class(&eligible, |one| one.in_class == InClass::Staff),
            Circle::ClassGroup { .. } => in_class(&eligible, Candidate::is_class_staff),
        };
        Participants {
            conversation_id: self.conversation_id.clone(),
            admitted: admitted.into_iter().map(|party| (party.user_id.clone(), party.clone())).collect(),
            unsupervised: unsupervised.into_iter().map(|party| party.user_id.clone()).collect(),
        }
    }

    /// Whether it is for that person at all, whoever else is there.
    fn is_for(&self, candidate: &Candidate, about: Option<&AboutStudent>) -> bool {
        let user = &candidate.party.user_id;
        let is_named = self.circle.named().is_none_or(|named| named.contains(user));
        let is_meant = match &self.circle {
            Circle::People { .. } => candidate.party.talks_as().is_some(),
            Circle::Class { .. } => candidate.is_of_class() && candidate.in_class != InClass::Guardian,
            Circle::ClassGroup { .. } => candidate.is_of_class(),
        };
        // Of a student whom nothing is known of, nobody hears.
        let may_hear = self.about.as_ref().is_none_or(|student| {
            about.is_some_and(|about| about.student_id == *student && about.seen_by.contains(user))
        });
        is_named && is_meant && may_hear
    }
}

/// Who is in and who would be unsupervised.
type Split<'a> = (Vec<&'a Party>, Vec<&'a Party>);

fn among_people<'a>(parties: impl Iterator<Item = &'a Party>) -> Split<'a> {
    let (mut staff, families): (Vec<_>, Vec<_>) = parties.partition(|party| party.is_staff());
    let is_supervised = |family: &&Party| staff.iter().any(|one| one.is_staff_for(family));
    let (students, guardians): (Vec<_>, Vec<_>) = families.into_iter().partition(|party| party.is_student());
    let (mut families, mut unsupervised): (Vec<_>, Vec<_>) = students.into_iter().partition(is_supervised);
    let is_parent_of_all = |guardian: &&Party| {
        families.iter().all(|student: &&Party| guardian.children.contains(&student.user_id))
    };
    let (guardians, alone): (Vec<_>, Vec<_>) =
        guardians.into_iter().filter(is_parent_of_all).partition(is_supervised);
    unsupervised.extend(alone);
    if let [guardian] = guardians.as_slice() {
        families.push(guardian);
    }
    staff
        .retain(|one| families.is_empty() || families.iter().any(|family| one.may_talk_with(family).is_ok()));
    (staff.into_iter().chain(families).collect(), unsupervised)
}

fn in_class<'a>(candidates: &[&'a Candidate], supervises: fn(&Candidate) -> bool) -> Split<'a> {
    let is_supervised = candidates.iter().any(|candidate| supervises(candidate));
    let stays = |candidate: &&&Candidate| is_supervised || candidate.is_class_staff();
    let (admitted, unsupervised): (Vec<&&Candidate>, Vec<_>) = candidates.iter().partition(stays);
    let parties = |some: Vec<&&'a Candidate>| some.into_iter().map(|one| &one.party).collect();
    (parties(admitted), parties(unsupervised))
}

impl Participants {
    /// The conversation that they are in.
    pub fn conversation_id(&self) -> &ConversationId {
        &self.conversation_id
    }

    /// The person, who is in it.
    ///
    /// `SUPERVISION_REQUIRED` to a student or guardian who has no staff there any more, `NOT_FOUND` to anybody else who isn't in
    /// it.
    pub fn admit(&self, user: &UserId) -> Result<&Party, MessagingError> {
        match self.admitted.get(user) {
            Some(party) => Ok(party),
            None if self.unsupervised.contains(user) => Err(MessagingError::SupervisionRequired),
            None => Err(MessagingError::NotFound("conversation")),
        }
    }

    /// The person, who is in the conversation of that message; errors as [`admit`](Self::admit)'s.
    pub(crate) fn admit_to(&self, message: &Message, user: &UserId) -> Result<&Party, MessagingError> {
        if message.conversation_id == self.conversation_id {
            self.admit(user)
        } else {
            Err(MessagingError::NotFound("message"))
        }
    }

    /// Whether that person is in it.
    pub fn contains(&self, user: &UserId) -> bool {
        self.admitted.contains_key(user)
    }

    /// Everyone, with the role in which each is there, by id.
    pub fn each(&self) -> impl Iterator<Item = (&UserId, Role)> {
        self.admitted.values().filter_map(|party| Some((&party.user_id, party.talks_as()?)))
    }

    /// Everyone, by id.
    pub fn user_ids(&self) -> BTreeSet<UserId> {
        self.admitted.keys().cloned().collect()
    }
}
