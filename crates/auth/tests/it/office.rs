//! The auth context on an empty database, with a roster of two people and a clock that stands still.

use std::sync::Arc;

use homeroom_auth::{Auth, AuthConfig, Gate, Key, Settings, Signer, Verifier};
use homeroom_contract::{
    Actor, Answer, BoundNamespace, BoxFuture, Call, ClientId, Clock as _, Code, Detached, Directory, Failure,
    ManualClock, RosterChange, RosterPosition, Service, Standing, Subject, TenantId, Timestamp, UserId, bind,
};
use homeroom_journal::{Database, DatabaseOptions, Entry, Journal, JournalOptions, Stream};
use homeroom_testkit::TestDatabase;
use serde_json::Value;
use serde_json::value::to_raw_value;

use crate::support::{SECRET, clock};

pub(crate) struct Office {
    pub(crate) auth: Auth,
    pub(crate) gate: Arc<Gate>,
    pub(crate) journal: Journal,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) verifier: Verifier,
    pub(crate) directory: Arc<dyn Directory>,
    namespace: BoundNamespace,
}

pub(crate) fn tenant() -> TenantId {
    TenantId::new("d-1").unwrap()
}

impl Office {
    pub(crate) async fn open(database: &TestDatabase) -> Self {
        Self::with(database, Settings::default(), Some(Signer::new(SECRET).unwrap())).await
    }

    pub(crate) async fn with(database: &TestDatabase, settings: Settings, signer: Option<Signer>) -> Self {
        let opened = Database::open(database.url(), DatabaseOptions::default()).await.unwrap();
        Self::over(opened, settings, signer).await
    }

    pub(crate) async fn over(opened: Database, settings: Settings, signer: Option<Signer>) -> Self {
        opened.migrate().await.unwrap();
        let clock = clock();
        let journal = Journal::new(opened.clone(), clock.clone(), JournalOptions::default());
        let gate = Arc::new(Gate::open(journal.clone(), clock.clone(), settings).await.unwrap());
        let directory: Arc<dyn Directory> = Arc::new(TwoPeople(opened));
        let auth = Auth::new(Arc::clone(&gate), Arc::clone(&directory), signer, AuthConfig::default());
        let verifier = Verifier::new(Key::secret(SECRET).unwrap(), AuthConfig::default(), clock.clone());
        let verifier = verifier.unwrap().behind(Arc::clone(&gate));
        let namespace = bind(auth.clone()).unwrap();
        Self { auth, gate, journal, clock, verifier, directory, namespace }
    }

    /// With every right.
    pub(crate) async fn does(&self, command: &'static str, body: Value) -> Result<Value, Code> {
        self.does_with("auth:tokens auth:revoke auth:moderate", command, body).await
    }

    pub(crate) async fn does_with(
        &self,
        scopes: &str,
        command: &'static str,
        body: Value,
    ) -> Result<Value, Code> {
        self.handle(self.service(scopes, command), body).await
    }

    pub(crate) async fn as_person(
        &self,
        user: &str,
        command: &'static str,
        body: Value,
    ) -> Result<Value, Code> {
        let mut call = self.service("", command);
        call.actor = Actor::person(tenant(), UserId::new(user).unwrap());
        self.handle(call, body).await
    }

    pub(crate) async fn keyed(&self, command: &'static str, body: Value) -> Result<Value, Code> {
        let mut call = self.service("auth:tokens", command);
        call.client_id = Some(ClientId::new("key").unwrap());
        self.handle(call, body).await
    }

    pub(crate) fn service(&self, scopes: &str, command: &'static str) -> Call {
        let scopes = scopes.split_whitespace().map(str::to_owned).collect();
        let subject = Subject::Service(Service { name: UserId::new("platform").unwrap(), scopes });
        Call {
            actor: Actor { tenant: tenant(), subject },
            at: self.clock.now(),
            namespace: "auth",
            command,
            client_id: None,
            digest: [0; 32],
            session: Arc::new(Detached),
        }
    }

    pub(crate) async fn handle(&self, call: Call, body: Value) -> Result<Value, Code> {
        match self.namespace.handle(call, to_raw_value(&body).unwrap()).await {
            Ok(Answer::Reply(reply)) => Ok(serde_json::from_str(reply.get()).unwrap()),
            Ok(other) => panic!("{other:?}"),
            Err(failure) => Err(failure.code),
        }
    }

    pub(crate) async fn entries(&self) -> Vec<Entry> {
        self.journal.read(&Stream::new(tenant(), "auth"), 0, 1000).await.unwrap()
    }

    pub(crate) async fn kinds(&self) -> Vec<String> {
        self.entries().await.into_iter().map(|entry| entry.kind).collect()
    }
}

/// `ada` and `ben`, in `d-1`. Like the roster, it asks on a connection of its own.
struct TwoPeople(Database);

impl Directory for TwoPeople {
    fn standing<'a>(&'a self, actor: &'a Actor) -> BoxFuture<'a, Result<Standing, Failure>> {
        let known = actor.user().is_none_or(|user| ["ada", "ben"].contains(&user.as_str()));
        Box::pin(async move {
            self.0.ping().await?;
            Ok(if known { Standing::Active } else { Standing::Unknown })
        })
    }

    fn sole_tenant(&self) -> BoxFuture<'_, Result<Option<TenantId>, Failure>> {
        Box::pin(std::future::ready(Ok(None)))
    }

    fn position(&self, at: Timestamp) -> BoxFuture<'_, Result<RosterPosition, Failure>> {
        Box::pin(std::future::ready(Ok(RosterPosition { version: 0, at })))
    }

    fn changes(
        &self,
        since: RosterPosition,
        _: Timestamp,
    ) -> BoxFuture<'_, Result<(Vec<RosterChange>, RosterPosition), Failure>> {
        Box::pin(std::future::ready(Ok((Vec::new(), since))))
    }
}
