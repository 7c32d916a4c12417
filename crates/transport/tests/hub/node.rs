//! One node in this process: journal on a SQLite file, the transport on real listeners, and a roster that the test changes.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use homeroom_auth::{Auth, AuthConfig, Gate, Grant, Key, Settings, Signer, Verifier};
use homeroom_client::{Client, Error, Options, Received, Socket};
use homeroom_contract::{Clock, SystemClock, TenantId, Timestamp, UserId, bind};
use homeroom_journal::{Database, DatabaseOptions, FollowerOptions, Journal, JournalOptions, Stream};
use homeroom_state::{Bus, MemoryBus, MemoryState, RedisBus, RedisOptions, RedisState, StateAdapter};
use homeroom_transport::socket_io::WireConfig;
use homeroom_transport::{Measure, Measured, Transport, TransportBuilder, TransportConfig};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::{Notify, Semaphore};
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::board::{Board, Rules};
use crate::roster::Roster;

/// Long enough for a loaded machine; reached only by a test that fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

const SECRET: &str = "a secret of at least thirty-two bytes";

pub(crate) struct Node {
    pub(crate) url: String,
    pub(crate) admin: String,
    pub(crate) transport: Transport,
    pub(crate) roster: Arc<Roster>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) gate: Arc<Semaphore>,
    pub(crate) begun: Arc<Notify>,
    pub(crate) journal: Journal,
    /// What operators and the platform's backends do.
    pub(crate) auth: Auth,
    signer: Signer,
    _folder: Arc<tempfile::TempDir>,
    _servers: TaskTracker,
}

/// A node with the default limits, but quick to notice changes.
pub(crate) async fn node() -> Node {
    start(TransportConfig::default(), WireConfig::default()).await
}

pub(crate) async fn with(config: TransportConfig) -> Node {
    start(config, WireConfig::default()).await
}

pub(crate) async fn start(config: TransportConfig, wire: WireConfig) -> Node {
    launch(Arc::new(tempfile::tempdir().unwrap()), config, wire, |builder| builder).await
}

/// A node whose part `redis`, which can be done without and has numbers of its own, is there or isn't.
pub(crate) async fn with_optional_part(there: bool) -> Node {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let measure = |name, value| Measure { name, help: "A test", value };
    let measured = move || {
        vec![
            measure("part_away", Measured::Level(u64::from(!there))),
            measure("part_asked", Measured::Count(7)),
        ]
    };
    let join = |builder: TransportBuilder| {
        builder.optional("redis", move || Box::pin(std::future::ready(there))).measured(measured)
    };
    launch(folder, TransportConfig::default(), WireConfig::default(), join).await
}

/// Two nodes on one database, with a bus and shared state between them or without.
pub(crate) async fn two(connected: bool) -> [Node; 2] {
    let cluster = Cluster::in_memory();
    let join = |builder| if connected { cluster.join(builder) } else { builder };
    let config = TransportConfig::default;
    let one = launch(cluster.folder.clone(), config(), WireConfig::default(), join).await;
    let two = launch(cluster.folder.clone(), config(), WireConfig::default(), join).await;
    [one, two]
}

/// Two nodes on one database, with a bus between them, that share this state.
pub(crate) async fn pair(
    state: Arc<dyn StateAdapter>,
    config: TransportConfig,
    following: FollowerOptions,
) -> [Node; 2] {
    let folder = Arc::new(tempfile::tempdir().unwrap());
    let shared = MemoryBus::default();
    let join = |builder: TransportBuilder| {
        builder.bus(Arc::new(shared.node())).state(state.clone()).following(following.clone())
    };
    let one = launch(folder.clone(), config.clone(), WireConfig::default(), join).await;
    let two = launch(folder, config, WireConfig::default(), join).await;
    [one, two]
}

/// With leases as short as those of these tests, a Redis that was away is looked for as often: every node has to have put
/// its leases back within half of one, or those who are on it are taken to have left.
pub(crate) fn often_looked_for(prefix: &str) -> RedisOptions {
    RedisOptions { prefix: prefix.to_owned(), circuit_probe_ms: 50, ..RedisOptions::default() }
}

/// What several nodes have in common.
#[derive(Clone)]
pub(crate) struct Cluster {
    folder: Arc<tempfile::TempDir>,
    shared: Shared,
}

#[derive(Clone)]
enum Shared {
    Memory { bus: MemoryBus, state: Arc<dyn StateAdapter> },
    Redis { url: String, options: RedisOptions },
}

impl Cluster {
    pub(crate) fn in_memory() -> Self {
        let state = Arc::new(MemoryState::new(Arc::new(SystemClock)));
        let shared = Shared::Memory { bus: MemoryBus::default(), state };
        Self { folder: Arc::new(tempfile::tempdir().unwrap()), shared }
    }

    /// On that Redis, under that prefix.
    pub(crate) fn on_redis(url: String, prefix: &str) -> Self {
        Self::on_redis_with(url, often_looked_for(prefix))
    }

    pub(crate) fn on_redis_with(url: String, options: RedisOptions) -> Self {
        Self { folder: Arc::new(tempfile::tempdir().unwrap()), shared: Shared::Redis { url, options } }
    }

    fn join(&self, builder: TransportBuilder) -> TransportBuilder {
        match &self.shared {
            Shared::Memory { bus, state } => builder.bus(Arc::new(bus.node())).state(Arc::clone(state)),
            Shared::Redis { url, options } => {
                let state = RedisState::open(url, options.clone()).unwrap();
                builder.bus(self.bus()).state(Arc::new(state))
            }
        }
    }

    /// A further node.
    pub(crate) async fn node(&self, config: TransportConfig) -> Node {
        launch(self.folder.clone(), config, WireConfig::default(), |builder| self.join(builder)).await
    }

    /// A further node that can be killed.
    pub(crate) fn mortal(&self, config: TransportConfig) -> (Node, Life) {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let cluster = self.clone();
        // Its own runtime can't be waited for on a thread of another.
        let born = std::thread::spawn(move || {
            let node = runtime.block_on(cluster.node(config));
            (node, Life(Some(runtime)))
        });
        born.join().unwrap()
    }

    pub(crate) fn state(&self) -> Arc<dyn StateAdapter> {
        match &self.shared {
            Shared::Memory { state, .. } => Arc::clone(state),
            Shared::Redis { url, options } => Arc::new(RedisState::open(url, options.clone()).unwrap()),
        }
    }

    /// A further end of the bus, as of a node of another version.
    pub(crate) fn bus(&self) -> Arc<dyn Bus> {
        match &self.shared {
            Shared::Memory { bus, .. } => Arc::new(bus.node()),
            Shared::Redis { url, options } => {
                let (tasks, never) = (TaskTracker::new(), CancellationToken::new());
                Arc::new(RedisBus::open(url, options, &tasks, never).unwrap())
            }
        }
    }
}

/// What a node runs on.
pub(crate) struct Life(Option<Runtime>);

impl Life {
    /// As with `kill -9`: every task of the node ends where it stands, and its sockets with them.
    pub(crate) fn end(mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

impl Drop for Life {
    fn drop(&mut self) {
        // A runtime may not be dropped, with waiting, where another one runs.
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}

async fn launch(
    folder: Arc<tempfile::TempDir>,
    config: TransportConfig,
    wire: WireConfig,
    more: impl FnOnce(TransportBuilder) -> TransportBuilder,
) -> Node {
    let url = format!("sqlite://{}", folder.path().join("homeroom.db").display());
    let db = Database::open(&url, DatabaseOptions::default()).await.unwrap();
    db.migrate().await.unwrap();
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let journal = Journal::new(db, Arc::clone(&clock), JournalOptions::default());
    let auth = AuthConfig { leeway: Duration::from_millis(200), ..AuthConfig::default() };
    let bouncer = Gate::open(journal.clone(), Arc::clone(&clock), Settings::default()).await.unwrap();
    let bouncer = Arc::new(bouncer);
    let verifier = Verifier::new(Key::secret(SECRET).unwrap(), auth.clone(), Arc::clone(&clock)).unwrap();
    let verifier = Arc::new(verifier.behind(Arc::clone(&bouncer)));
    let (roster, rules) = (Arc::new(Roster::default()), Arc::new(Rules::default()));
    let signer = Signer::new(SECRET).unwrap();
    let auth = Auth::new(bouncer, Arc::clone(&roster) as _, Some(signer.clone()), auth);
    let (gate, begun) = (Arc::new(Semaphore::new(0)), Arc::new(Notify::new()));
    let board =
        Board { journal: journal.clone(), rules: rules.clone(), gate: gate.clone(), begun: begun.clone() };
    let builder = Transport::builder(journal.clone(), verifier, Arc::clone(&roster) as _, clock);
    let transport = more(builder)
        .config(config)
        .wire(wire)
        .namespace(bind(board).unwrap())
        .namespace(bind(auth.clone()).unwrap())
        .start()
        .await
        .unwrap();
    let servers = TaskTracker::new();
    let url = listen(&servers, transport.public()).await;
    let admin = listen(&servers, transport.admin()).await;
    Node {
        url,
        admin,
        transport,
        roster,
        rules,
        gate,
        begun,
        journal,
        auth,
        signer,
        _folder: folder,
        _servers: servers,
    }
}

async fn listen(servers: &TaskTracker, router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    servers.spawn(async move {
        axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>()).await.unwrap();
    });
    format!("http://{address}")
}

impl Node {
    pub(crate) fn token(&self, user: &str) -> String {
        self.token_for(user, Duration::from_hours(1))
    }

    pub(crate) fn token_for(&self, user: &str, life: Duration) -> String {
        self.token_in("d-1", user, life)
    }

    pub(crate) fn token_in(&self, district: &str, user: &str, life: Duration) -> String {
        self.sign(district, user, SystemClock.now().plus(life))
    }

    /// A token of yesterday's.
    pub(crate) fn expired(&self, user: &str) -> String {
        let yesterday = SystemClock.now().unix_millis() - 86_400_000;
        self.sign("d-1", user, Timestamp::from_unix_millis(yesterday))
    }

    fn sign(&self, district: &str, user: &str, until: Timestamp) -> String {
        let grant = Grant::person(UserId::new(user).unwrap(), until);
        self.signer.sign(&grant.in_district(TenantId::new(district).unwrap())).unwrap()
    }

    /// A token that says which it is.
    pub(crate) fn marked(&self, user: &str, jti: &str, sid: &str) -> String {
        self.marked_for(user, jti, sid, Duration::from_hours(1))
    }

    pub(crate) fn marked_for(&self, user: &str, jti: &str, sid: &str, life: Duration) -> String {
        let now = SystemClock.now();
        let grant = Grant {
            token_id: Some(jti.to_owned()),
            session_id: Some(sid.to_owned()),
            issued_at: Some(now),
            ..Grant::person(UserId::new(user).unwrap(), now.plus(life))
        };
        self.signer.sign(&grant.in_district(TenantId::new("d-1").unwrap())).unwrap()
    }

    /// A backend's token.
    pub(crate) fn service_token(&self, name: &str, scope: &str) -> String {
        let until = SystemClock.now().plus(Duration::from_hours(1));
        let grant = Grant::service(UserId::new(name).unwrap(), [scope.to_owned()], until);
        self.signer.sign(&grant.in_district(TenantId::new("d-1").unwrap())).unwrap()
    }

    /// A backend's call of `/auth`.
    pub(crate) async fn backend(&self, scope: &str, command: &str, body: Value) -> (u16, Value) {
        let token = self.service_token("platform", scope);
        let url = format!("{}/v1/auth/{command}", self.url);
        let response = reqwest::Client::new().post(url).bearer_auth(token).json(&body).send().await.unwrap();
        (response.status().as_u16(), response.json().await.unwrap())
    }

    /// A client that does not come back by itself.
    pub(crate) async fn client(&self, user: &str) -> Client {
        self.client_with(self.token(user)).await
    }

    pub(crate) async fn client_with(&self, token: String) -> Client {
        Client::connect(Options::new(&self.url).token(token).reconnect(None)).await.unwrap()
    }

    pub(crate) async fn socket(&self, user: &str) -> (Client, Socket) {
        let client = self.client(user).await;
        let socket = client.namespace("/board").await.unwrap();
        (client, socket)
    }

    /// A socket that has joined the class.
    pub(crate) async fn joined(&self, user: &str, class: &str) -> (Client, Socket) {
        let (client, socket) = self.socket(user).await;
        socket.request("board:join", &json!({ "classId": class })).await.unwrap();
        (client, socket)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.url.trim_start_matches("http://").parse().unwrap()
    }

    pub(crate) async fn entries(&self) -> u64 {
        self.journal.head(&Stream::new(TenantId::new("d-1").unwrap(), "board")).await.unwrap().seq
    }

    pub(crate) fn post(&self, command: &str, user: &str) -> reqwest::RequestBuilder {
        let url = format!("{}/v1/board/{command}", self.url);
        reqwest::Client::new().post(url).bearer_auth(self.token(user))
    }
}

/// The next event; a test that waits in vain fails.
pub(crate) async fn next(socket: &Socket) -> Received {
    timeout(PATIENCE, socket.next_event()).await.expect("no event came").expect("the socket has ended")
}

/// The next event of that name; those before it are skipped.
pub(crate) async fn next_named(socket: &Socket, name: &str) -> Value {
    loop {
        let event = next(socket).await;
        if event.name == name {
            return event.data().clone();
        }
    }
}

/// Whatever was on its way to this socket has arrived once this returns.
pub(crate) async fn drained(socket: &Socket) -> Vec<Received> {
    socket.request("server:time", &json!({})).await.unwrap();
    let mut events = Vec::new();
    while let Ok(Some(event)) = timeout(Duration::ZERO, socket.next_event()).await {
        events.push(event);
    }
    events
}

pub(crate) fn code(error: Result<Value, Error>) -> String {
    error.unwrap_err().code().expect("a failure with a code").as_str().to_owned()
}

/// The first number whose line begins so, at `/metrics`; 0 if there is none.
pub(crate) async fn metric(node: &Node, name: &str) -> u64 {
    let text = reqwest::get(format!("{}/metrics", node.admin)).await.unwrap().text().await.unwrap();
    let line = text.lines().find(|line| line.starts_with(name));
    line.map_or(0, |line| line.rsplit(' ').next().unwrap().parse().unwrap())
}
