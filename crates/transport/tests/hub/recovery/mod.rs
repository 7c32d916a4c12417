//! Coming back to a session (socket.io, "Connection state recovery"), as the stock JavaScript client does it, byte by byte.

mod beginning_anew;
mod coming_back;
mod keeping;

use std::sync::Arc;

use homeroom_client::Socket;
use homeroom_contract::SystemClock;
use homeroom_journal::FollowerOptions;
use homeroom_state::{MemoryState, StateAdapter};
use homeroom_transport::TransportConfig;
use serde_json::{Value, json};

use crate::board::class;
use crate::node::{Node, pair};
use crate::raw::Raw;

async fn nodes() -> [Node; 2] {
    let state = Arc::new(MemoryState::new(Arc::new(SystemClock)));
    on(state, TransportConfig::default()).await
}

async fn on(state: Arc<dyn StateAdapter>, config: TransportConfig) -> [Node; 2] {
    let nodes = pair(state, config, FollowerOptions::default()).await;
    for node in &nodes {
        for user in ["ada", "ben"] {
            node.rules.allow(user, class("c-1"));
        }
    }
    nodes
}

/// A client that asks for recovery.
struct Client {
    /// None once it is lost.
    connection: Option<Raw>,
    pid: String,
    /// The last offset that it was given.
    offset: Option<String>,
}

impl Client {
    async fn new(node: &Node, user: &str) -> Self {
        Self::with(node, user, json!({})).await
    }

    /// Comes with these fields besides its token.
    async fn with(node: &Node, user: &str, more: Value) -> Self {
        let mut raw = Raw::open(node.address()).await;
        let mut auth = json!({ "token": node.token(user), "recover": true });
        auth.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        raw.send(&format!("40/board,{auth}")).await;
        let answer = raw.text().await;
        let answer: Value = serde_json::from_str(answer.strip_prefix("40/board,").expect(&answer)).unwrap();
        Self { connection: Some(raw), pid: answer["pid"].as_str().unwrap().to_owned(), offset: None }
    }

    /// Its connection is lost.
    fn lose(&mut self) {
        self.connection = None;
    }

    fn raw(&mut self) -> &mut Raw {
        self.connection.as_mut().unwrap()
    }

    /// Comes to that node with what it has, the connection before being lost or not.
    async fn back(&self, node: &Node, user: &str) -> Self {
        Self::with(node, user, json!({ "pid": self.pid, "offset": self.offset })).await
    }

    async fn join(&mut self, class: &str) {
        self.raw().send(&format!(r#"42/board,0["board:join",{{"classId":"{class}"}}]"#)).await;
        while !self.raw().text().await.starts_with("43/board,0[{\"success\":true") {}
    }

    /// The next event of that name: its payload. Others are skipped.
    async fn next(&mut self, name: &str) -> Value {
        loop {
            let text = self.raw().text().await;
            let Some(packet) = text.strip_prefix("42/board,") else { continue };
            let mut args: Vec<Value> = serde_json::from_str(packet).unwrap();
            if let Some(offset) = args.get(2) {
                self.offset = Some(offset.as_str().unwrap().to_owned());
            }
            if args[0] == name {
                return args.swap_remove(1);
            }
        }
    }

    async fn texts<const N: usize>(&mut self) -> [String; N] {
        let mut texts = Vec::new();
        for _ in 0..N {
            texts.push(self.next("note.pinned").await["text"].as_str().unwrap().to_owned());
        }
        texts.try_into().unwrap()
    }
}

async fn pin(socket: &Socket, text: &str) {
    socket.request("note:pin", &json!({ "classId": "c-1", "text": text })).await.unwrap();
}
