//! One person (or service, or nobody) who tries everything, over a socket and over HTTP, and keeps what came of it.

use std::collections::BTreeSet;
use std::time::Duration;

use homeroom_client::{Error, Received, Socket};
use homeroom_contract::{Code, Room};
use homeroom_testkit::Gateway;
use serde_json::{Value, json};

use super::table::{Row, Who};
use crate::support::district::{District, Persona};
use crate::support::line_item_body;

/// Where the visits take place.
pub(crate) struct Case<'a> {
    pub(crate) gateway: &'a Gateway,
    pub(crate) district: &'a District,
    /// Another district with the same ids for everything.
    pub(crate) twin: &'a District,
    /// A line item with history.
    pub(crate) prepared: String,
    /// A line item to write on.
    pub(crate) scratch: String,
}

pub(crate) struct Visit<'a> {
    pub(crate) who: Who,
    case: &'a Case<'a>,
    token: String,
    /// The socket, or the code with which it was refused.
    socket: Result<Socket, String>,
    row: Row,
}

impl<'a> Visit<'a> {
    /// Knocks, and tries everything.
    pub(crate) async fn start(case: &'a Case<'a>, who: Who) -> Self {
        let token = token(case, who);
        let options = case.gateway.client_options(&token);
        let opened = async { homeroom_client::Client::connect(options).await?.namespace("/gradebook").await };
        let socket = opened.await.map_err(|error: Error| code_of(&error));
        let mut visit = Self { who, case, token, socket, row: Row::new() };
        visit.join().await;
        visit.rooms().await;
        visit.signal().await;
        visit.write().await;
        visit.read().await;
        visit
    }

    /// Throws away what was heard so far.
    pub(crate) async fn settle(&mut self) {
        self.heard().await;
    }

    /// Puts together what was heard since.
    pub(crate) async fn listen(&mut self) {
        let (mut items, mut typing, mut presence) = (Vec::new(), BTreeSet::new(), BTreeSet::new());
        let mut grades = [Vec::new(), Vec::new()];
        let students = [Persona::Student, Persona::Classmate].map(|persona| self.case.district.user(persona));
        for event in self.heard().await {
            let data = event.data();
            match event.name.as_str() {
                "lineitem.created" => items.push("created"),
                "lineitem.updated" => items.push("updated"),
                "gradebook:typing" => drop(typing.insert(data["isTyping"].as_bool())),
                name @ ("user:joined" | "user:left") => drop(presence.insert(name.to_owned())),
                name @ ("grade.updated" | "grade.posted" | "grade.hidden") => {
                    let whose = students.iter().position(|student| data["studentId"] == **student);
                    grades[whose.expect("a grade of one of the two")].push(match name {
                        "grade.posted" => "posted",
                        "grade.hidden" => "hidden",
                        _ if data.get("previousScore").is_some() => "set(previous)",
                        _ => "set",
                    });
                }
                other => panic!("{:?} got {other}: {data}", self.who),
            }
        }
        let yes = |complete: bool, some: bool| match (complete, some) {
            (true, _) => "yes",
            (false, true) => "in part",
            (false, false) => "",
        };
        self.put("told of a line item", items.join(" "));
        self.put("told of the student", grades[0].join(" "));
        self.put("told of the classmate", grades[1].join(" "));
        self.put("told of typing", yes(typing.len() == 2, !typing.is_empty()));
        self.put("told of presence", yes(presence.len() == 2, !presence.is_empty()));
    }

    fn put(&mut self, column: &'static str, cell: impl Into<String>) {
        self.row.insert(column, cell.into());
    }

    /// Everything that has arrived. Events that were written to this socket before the answer to a request are read before it.
    async fn heard(&mut self) -> Vec<Received> {
        let Ok(socket) = &self.socket else { return Vec::new() };
        socket.request("server:time", &json!({})).await.expect("the time");
        let mut heard = Vec::new();
        // Unconstrained: the runtime must not make it look as if nothing more were there.
        let next = || tokio::task::unconstrained(tokio::time::timeout(Duration::ZERO, socket.next_event()));
        while let Ok(Some(event)) = next().await {
            heard.push(event);
        }
        heard
    }

    async fn join(&mut self) {
        let district = self.case.district;
        let body = json!({ "classId": district.class(), "sessionId": district.session() });
        let over_http = joined(self.http("gradebook:join", &body).await);
        let joined = match self.socket("gradebook:join", &body).await {
            Some(answer) => joined(answer),
            None => over_http.clone(),
        };
        assert_eq!(over_http, joined, "{:?}: a join shows the same over both", self.who);
        self.put("join", joined);
    }

    /// Which rooms' past it can read: over a socket those that it is in, over HTTP those that it may be in.
    async fn rooms(&mut self) {
        let district = self.case.district;
        let class = district.class().parse().expect("an id");
        let student = |persona| Room::of("student", &district.user(persona));
        let candidates = [
            ("class", Room::class(&class)),
            ("class:staff", Room::class_staff(&class)),
            ("gradebook:session", Room::of("gradebook", &district.class()).and(&district.session())),
            ("school:admins", Room::of("school", &district.school()).and("admins")),
            ("student", student(Persona::Student)),
            ("classmate", student(Persona::Classmate)),
        ];
        let (mut over_http, mut over_socket) = (Vec::new(), Vec::new());
        for (name, room) in candidates {
            let body = json!({ "room": room, "afterSeq": 0 });
            if self.http("sync:since", &body).await.is_ok() {
                over_http.push(name);
            }
            if let Some(Ok(_)) = self.socket("sync:since", &body).await {
                over_socket.push(name);
            }
        }
        if self.socket.is_ok() {
            assert_eq!(over_http, over_socket, "{:?} is in every room that it may be in", self.who);
        }
        self.put("rooms", over_http.join(" "));
    }

    async fn signal(&mut self) {
        let district = self.case.district;
        let cell = json!({
            "classId": district.class(),
            "lineItemId": self.case.scratch,
            "studentId": district.user(Persona::Student),
            "isTyping": true,
        });
        let mut outcomes = Vec::new();
        for signal in ["gradebook:typing", "cell:focus"] {
            outcomes.push(self.over_a_socket_only(signal, &cell).await);
        }
        self.put("typing", in_one(outcomes));
    }

    /// Leaves, and gives everything that came of the visit.
    pub(crate) async fn leave(mut self) -> Row {
        let class = json!({ "classId": self.case.district.class() });
        let outcome = self.over_a_socket_only("gradebook:leave", &class).await;
        self.put("leave", outcome);
        self.row
    }

    async fn over_a_socket_only(&self, request: &str, body: &Value) -> String {
        let over_http = outcome(self.http(request, body).await);
        let Some(answer) = self.socket(request, body).await else { return over_http };
        assert_eq!(over_http, "SOCKET_ONLY", "{:?}: {request}", self.who);
        outcome(answer)
    }

    async fn write(&mut self) {
        let (district, item) = (self.case.district, &self.case.scratch);
        let student = district.user(Persona::Student);
        let set = ["grade:set", "grade:bulk-set"];
        let post = ["grades:post", "grades:hide"];
        let make = ["lineitem:create", "lineitem:update"];
        let bodies = |request: &str| match request {
            "grade:set" => json!({ "lineItemId": item, "studentId": student, "score": 5 }),
            "grade:bulk-set" => {
                json!({ "lineItemId": item, "items": [{ "studentId": student, "score": 6 }] })
            }
            "grades:post" | "grades:hide" => json!({ "lineItemId": item, "studentIds": [student] }),
            "lineitem:create" => line_item_body(district, "Another"),
            _ => json!({ "lineItemId": item, "patch": { "title": "Scratch" } }),
        };
        for (column, requests) in [("set", set), ("post", post), ("line item", make)] {
            let mut outcomes = Vec::new();
            for request in requests {
                outcomes.push(self.both(request, &bodies(request)).await);
            }
            self.put(column, in_one(outcomes));
        }
        let mut outcomes = Vec::new();
        for request in set.into_iter().chain(post).chain(make) {
            let mut body = bodies(request);
            body["reason"] = json!("because");
            outcomes.push(self.both(request, &body).await);
        }
        self.put("with reason", in_one(outcomes));
    }

    async fn read(&mut self) {
        for (column, persona) in
            [("history of the student", Persona::Student), ("history of the classmate", Persona::Classmate)]
        {
            let body =
                json!({ "lineItemId": self.case.prepared, "studentId": self.case.district.user(persona) });
            let changes = |answer: Result<Value, String>| match answer {
                Ok(data) => format!("{} changes", data["changes"].as_array().map_or(0, Vec::len)),
                Err(code) => code,
            };
            let over_http = changes(self.http("grade:history", &body).await);
            if let Some(answer) = self.socket("grade:history", &body).await {
                assert_eq!(changes(answer), over_http, "{:?}: the same over both", self.who);
            }
            self.put(column, over_http);
        }
    }

    /// Tries it over both, which must agree.
    async fn both(&mut self, request: &str, body: &Value) -> String {
        let over_http = outcome(self.http(request, body).await);
        if let Some(answer) = self.socket(request, body).await {
            assert_eq!(outcome(answer), over_http, "{:?}: {request} is the same over both", self.who);
        }
        over_http
    }

    async fn http(&self, request: &str, body: &Value) -> Result<Value, String> {
        let mut answer = self.case.gateway.post(&self.token, "gradebook", request, body, None).await;
        match answer.body["success"].as_bool() {
            Some(true) => {
                assert_eq!(answer.status, 200, "{request}");
                Ok(answer.body["data"].take())
            }
            Some(false) => {
                let code: Code = serde_json::from_value(answer.body["code"].take()).expect("a known code");
                assert_eq!(answer.status, code.http_status(), "{request}");
                Err(code.as_str().to_owned())
            }
            None => panic!("{request}: {} {}", answer.status, answer.body),
        }
    }

    /// Nothing if there is no socket to try it on.
    async fn socket(&self, request: &str, body: &Value) -> Option<Result<Value, String>> {
        let socket = self.socket.as_ref().ok()?;
        Some(socket.request(request, body).await.map_err(|error| code_of(&error)))
    }
}

fn token(case: &Case<'_>, who: Who) -> String {
    let id = |text: String| text.parse().expect("an id");
    let tenant = |district: &District| district.tenant.parse().expect("an id");
    let (tokens, here) = (case.gateway.tokens(), tenant(case.district));
    let teacher = id(case.district.user(Persona::Teacher));
    match who {
        Who::Person(persona) => {
            let there = if persona.is_local() { here } else { tenant(case.twin) };
            tokens.person(&there, &id(case.district.user(persona)))
        }
        Who::ServiceThatWrites => tokens.service(&here, &id("grader".to_owned()), "gradebook:write"),
        Who::ServiceThatReads => tokens.service(&here, &id("reader".to_owned()), "gradebook:read"),
        Who::ServiceOfSomethingElse => tokens.service(&here, &teacher, "notifications:send"),
        Who::Stranger => tokens.person(&here, &id("stranger".to_owned())),
        Who::NoToken => String::new(),
        Who::ExpiredToken => tokens.expired(&here, &teacher),
        Who::ForeignToken => homeroom_testkit::Tokens::signed_with("somebody else's secret of some length")
            .person(&here, &teacher),
    }
}

/// What a join showed: whose view, and whether it came with rooms.
fn joined(answer: Result<Value, String>) -> String {
    match answer {
        Ok(data) => {
            let view = data["initialData"]["view"].as_str().unwrap_or("?").to_owned();
            let silent = data["rooms"].as_array().is_none_or(Vec::is_empty);
            view + if silent { ", no room" } else { ", in rooms" }
        }
        Err(code) => code,
    }
}

fn outcome(answer: Result<Value, String>) -> String {
    answer.map_or_else(|code| code, |_| "ok".to_owned())
}

/// What several requests had in common, or what each of them had.
fn in_one(outcomes: Vec<String>) -> String {
    let mut distinct: Vec<String> = Vec::new();
    for outcome in outcomes {
        if !distinct.contains(&outcome) {
            distinct.push(outcome);
        }
    }
    distinct.join(" / ")
}

fn code_of(error: &Error) -> String {
    error.code().map_or_else(|| format!("{error:?}"), |code| code.as_str().to_owned())
}
