//! What is in force, as a node keeps it in memory: a question costs a few look-ups, and allocates only where the answer is no.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::Arc;

use homeroom_contract::{Actor, TenantId, Timestamp, client_of};

use crate::domain::{Kind, Restriction};
use crate::store::restrictions::Change;
use crate::{AuthError, Provenance};

#[derive(Debug, Clone)]
struct InForce {
    begins_at: Timestamp,
    ends_at: Timestamp,
    reason: Arc<str>,
}

/// Restrictions.
#[derive(Debug, Default)]
pub(super) struct Memory {
    /// By district, kind and subject.
    subjects: HashMap<TenantId, HashMap<Kind, HashMap<String, InForce>>>,
    /// In all districts, by client.
    addresses: HashMap<IpAddr, InForce>,
}

impl Memory {
    /// Takes a change in.
    pub(super) fn apply(&mut self, change: Change) {
        let Change { restriction, lifted } = change;
        let Restriction { tenant, kind, subject, begins_at, ends_at, reason, .. } = restriction;
        let in_force = InForce { begins_at, ends_at, reason: reason.into() };
        if let Some(tenant) = tenant {
            let kinds = self.subjects.entry(tenant).or_default();
            put(kinds.entry(kind).or_default(), subject, in_force, lifted);
        } else if let Ok(address) = subject.parse() {
            // In all districts there are none but those of addresses.
            put(&mut self.addresses, client_of(address), in_force, lifted);
        }
    }

    /// Forgets what is over.
    pub(super) fn forget(&mut self, now: Timestamp) {
        self.addresses.retain(|_, in_force| in_force.ends_at > now);
        self.subjects.retain(|_, kinds| {
            kinds.retain(|_, subjects| {
                subjects.retain(|_, in_force| in_force.ends_at > now);
                !subjects.is_empty()
            });
            !kinds.is_empty()
        });
    }

    /// Why this actor may not be here with that token now, if so.
    pub(super) fn check(
        &self,
        actor: &Actor,
        provenance: &Provenance,
        now: Timestamp,
    ) -> Result<(), AuthError> {
        let Some(kinds) = self.subjects.get(&actor.tenant) else { return Ok(()) };
        let find = |kind, subject: &str| {
            kinds.get(&kind)?.get(subject).filter(|in_force: &&InForce| in_force.ends_at > now)
        };
        let subject = actor.subject_id().as_str();
        // Bans and suspensions are of people: a service of the same name is somebody else.
        if let Some(user) = actor.user() {
            if let Some(InForce { ends_at, reason, .. }) = find(Kind::Banned, user.as_str()) {
                return Err(AuthError::Banned { reason: reason.to_string(), until: *ends_at });
            }
            if let Some(InForce { ends_at, reason, .. }) = find(Kind::Suspended, user.as_str()) {
                return Err(AuthError::Suspended { reason: reason.to_string(), until: *ends_at });
            }
        }
        let token = provenance.token_id.as_deref().and_then(|id| find(Kind::Token, id));
        let session = provenance.session_id.as_deref().and_then(|id| find(Kind::Session, id));
        // A token that doesn't say when it was issued counts as issued before, and one of that very millisecond may have been.
        let issued = find(Kind::Issued, subject)
            .filter(|in_force| provenance.issued_at.is_none_or(|issued_at| issued_at <= in_force.begins_at));
        if token.or(session).or(issued).is_some() { Err(AuthError::Revoked) } else { Ok(()) }
    }

    /// Why nobody may come from that address now, if so.
    pub(super) fn check_address(&self, address: IpAddr, now: Timestamp) -> Result<(), AuthError> {
        match self.addresses.get(&client_of(address)) {
            Some(InForce { ends_at, reason, .. }) if *ends_at > now => {
                Err(AuthError::Banned { reason: reason.to_string(), until: *ends_at })
            }
            _ => Ok(()),
        }
    }
}

fn put<K: Eq + Hash>(map: &mut HashMap<K, InForce>, key: K, in_force: InForce, lifted: bool) {
    if lifted {
        map.remove(&key);
    } else {
        map.insert(key, in_force);
    }
}

#[cfg(test)]
mod tests {
    use homeroom_contract::{Service, Subject, UserId};

    use super::*;

    fn at(secs: i64) -> Timestamp {
        Timestamp::from_unix_millis(secs * 1000)
    }

    fn person(user: &str) -> Actor {
        Actor::person(TenantId::new("d-1").unwrap(), UserId::new(user).unwrap())
    }

    fn change(tenant: &str, kind: Kind, subject: &str, lifted: bool) -> Change {
        let restriction = Restriction {
            tenant: TenantId::new(tenant).ok(),
            kind,
            subject: subject.to_owned(),
            begins_at: at(100),
            ends_at: at(200),
            reason: "Because.".to_owned(),
            made_by: "op".to_owned(),
        };
        Change { restriction, lifted }
    }

    fn token(jti: &str, sid: &str, issued_at: Option<i64>) -> Provenance {
        Provenance {
            token_id: Some(jti.to_owned()),
            session_id: Some(sid.to_owned()),
            issued_at: issued_at.map(at),
        }
    }

    fn with(changes: Vec<Change>) -> Memory {
        let mut memory = Memory::default();
        for change in changes {
            memory.apply(change);
        }
        memory
    }

    #[test]
    fn each_kind_hits_what_it_is_for_and_nothing_else() {
        let refused = |kind, subject, provenance: &Provenance| {
            let memory = with(vec![change("d-1", kind, subject, false)]);
            memory.check(&person("ada"), provenance, at(150)).is_err()
        };
        let fresh = token("j", "s", Some(101));
        assert!(refused(Kind::Token, "j", &fresh) && !refused(Kind::Token, "s", &fresh));
        assert!(refused(Kind::Session, "s", &fresh) && !refused(Kind::Session, "j", &fresh));
        assert!(refused(Kind::Banned, "ada", &fresh) && !refused(Kind::Banned, "ben", &fresh));
        assert!(refused(Kind::Suspended, "ada", &fresh) && !refused(Kind::Suspended, "j", &fresh));
        assert!(!refused(Kind::Issued, "ada", &fresh));
        assert!(refused(Kind::Issued, "ada", &token("j", "s", Some(100))), "perhaps a moment before");
        assert!(refused(Kind::Issued, "ada", &Provenance::default()), "nobody knows when it was issued");
        assert!(!refused(Kind::Issued, "ben", &Provenance::default()));
    }

    #[test]
    fn it_ends_when_it_ends_or_is_lifted_and_holds_in_one_district() {
        let memory = with(vec![change("d-1", Kind::Banned, "ada", false)]);
        let check = |memory: &Memory, now| memory.check(&person("ada"), &Provenance::default(), at(now));
        let refused = check(&memory, 199).unwrap_err();
        assert!(matches!(refused, AuthError::Banned { until, .. } if until == at(200)));
        assert!(check(&memory, 200).is_ok());
        let lifted =
            with(vec![change("d-1", Kind::Banned, "ada", false), change("d-1", Kind::Banned, "ada", true)]);
        assert!(check(&lifted, 150).is_ok());
        assert!(check(&with(vec![change("d-2", Kind::Banned, "ada", false)]), 150).is_ok());
    }

    #[test]
    fn a_service_is_not_banned_for_a_person_of_its_name_but_its_tokens_can_be_revoked() {
        let name = UserId::new("ada").unwrap();
        let subject = Subject::Service(Service { name, scopes: std::collections::BTreeSet::new() });
        let service = Actor { tenant: TenantId::new("d-1").unwrap(), subject };
        let check = |kind| {
            with(vec![change("d-1", kind, "ada", false)]).check(&service, &Provenance::default(), at(150))
        };
        assert!(check(Kind::Banned).is_ok());
        assert!(matches!(check(Kind::Issued), Err(AuthError::Revoked)));
    }

    #[test]
    fn an_address_is_the_same_however_it_is_written() {
        let network =
            change("", Kind::Address, &client_of("2001:db8::1:2".parse().unwrap()).to_string(), false);
        let memory = with(vec![change("", Kind::Address, "192.0.2.7", false), network]);
        assert!(memory.check_address("2001:db8::7".parse().unwrap(), at(150)).is_err());
        assert!(memory.check_address("2001:db8:0:1::7".parse().unwrap(), at(150)).is_ok());
        assert!(memory.check_address("::ffff:192.0.2.7".parse().unwrap(), at(150)).is_err());
        assert!(memory.check_address("192.0.2.8".parse().unwrap(), at(150)).is_ok());
        assert!(memory.check_address("192.0.2.7".parse().unwrap(), at(200)).is_ok());
        let written_out = with(vec![change("", Kind::Address, "2001:0db8:0:0:0:0:0:9", false)]);
        assert!(written_out.check_address("2001:db8::7".parse().unwrap(), at(150)).is_err());
    }

    #[test]
    fn what_is_over_takes_no_room() {
        let address = change("", Kind::Address, "192.0.2.7", false);
        let mut memory = with(vec![change("d-1", Kind::Token, "j", false), address]);
        memory.forget(at(199));
        assert_eq!((memory.subjects.len(), memory.addresses.len()), (1, 1));
        memory.forget(at(200));
        assert!(memory.subjects.is_empty() && memory.addresses.is_empty());
    }
}
