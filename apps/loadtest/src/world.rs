//! What everyone at this school shares.

use std::collections::HashMap;
use std::sync::Arc;

use homeroom_contract::{AcademicSessionId, ClassId, OrgId, UserId};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::district::District;
use crate::record::Record;
use crate::tokens::Signer;

pub(crate) struct World {
    pub(crate) urls: Vec<String>,
    pub(crate) signer: Arc<Signer>,
    pub(crate) record: Arc<Record>,
    pub(crate) session: AcademicSessionId,
    pub(crate) students: HashMap<ClassId, Vec<UserId>>,
    pub(crate) schools: HashMap<ClassId, OrgId>,
    /// Tells the line items of this run from those of any other.
    pub(crate) run: String,
    pub(crate) tasks: TaskTracker,
    /// Everyone goes home.
    pub(crate) leaving: CancellationToken,
}

impl World {
    pub(crate) fn new(urls: Vec<String>, signer: Signer, district: District) -> Self {
        let classes = || district.classes.iter();
        Self {
            urls,
            signer: Arc::new(signer),
            record: Arc::new(Record::new()),
            students: classes()
                .map(|(id, class)| (id.clone(), class.students.iter().cloned().collect()))
                .collect(),
            schools: classes().map(|(id, class)| (id.clone(), class.school.clone())).collect(),
            session: district.session,
            run: format!("{:016x}", rand::random::<u64>()),
            tasks: TaskTracker::new(),
            leaving: CancellationToken::new(),
        }
    }
}
