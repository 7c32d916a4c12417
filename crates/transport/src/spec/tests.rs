//! The documents of a small sample namespace, in full.

use homeroom_contract::{
    Actor, Admission, BoundNamespace, Call, Committed, Failure, Joined, Limit, Namespace, Room, Routes,
    Signalled, UserId, bind,
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::definitions::references;
use super::{asyncapi, openapi, page, schemas};

#[derive(Clone)]
struct Library;

/// A book. Both sent and received.
#[derive(Serialize, Deserialize, JsonSchema)]
struct Book {
    /// What is on the cover.
    title: String,
    /// How often it was lent.
    #[serde(default)]
    lent: u32,
}

/// Enters the reading room.
#[derive(Deserialize, JsonSchema)]
struct JoinReading {}

/// Leaves the reading room.
#[derive(Deserialize, JsonSchema)]
struct LeaveReading {}

/// Adds a book. Only librarians may.
///
/// It is on the shelf at once.
#[derive(Deserialize, JsonSchema)]
struct AddBook {
    book: Book,
}

/// Finds books.
#[derive(Deserialize, JsonSchema)]
struct FindBooks {
    /// Part of the title.
    text: Option<String>,
}

/// Turns a page.
#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct TurnPage {
    page_number: u32,
}

#[derive(Serialize, JsonSchema)]
struct Shelf {
    books: Vec<Book>,
}

/// A book was added.
#[derive(Serialize, JsonSchema)]
struct BookAddedWsEvent {
    book: Book,
}

/// Somebody turned a page.
#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct PageTurnedWsEvent {
    user_id: UserId,
}

homeroom_contract::requests! {
    join JoinReading = "reading:join" => Shelf;
    leave LeaveReading = "reading:leave";
    command AddBook = "book:add" | "book.add" => Book;
    query FindBooks = "book:find" => Shelf;
    signal TurnPage = "page:turn";
}
homeroom_contract::events! {
    durable BookAddedWsEvent = "book.added";
    ephemeral PageTurnedWsEvent = "page.turned";
}

async fn join(_: Library, _: Call, _: JoinReading) -> Result<Joined<Shelf>, Failure> {
    Err(Failure::unauthorized())
}
async fn leave(_: Library, _: Call, _: LeaveReading) -> Result<Vec<Room>, Failure> {
    Ok(Vec::new())
}
async fn add(_: Library, _: Call, add: AddBook) -> Result<Committed<Book>, Failure> {
    Err(Failure::invalid(add.book.title))
}
async fn find(_: Library, _: Call, find: FindBooks) -> Result<Shelf, Failure> {
    Err(Failure::invalid(find.text.unwrap_or_default()))
}
async fn turn(_: Library, _: Call, turn: TurnPage) -> Result<Signalled, Failure> {
    Err(Failure::invalid(turn.page_number.to_string()))
}

impl Namespace for Library {
    const NAME: &'static str = "library";

    fn routes() -> Routes<Self> {
        Routes::new()
            .join(join)
            .leave(leave)
            .command(add)
            .limit(Limit::per_10s(5))
            .query(find)
            .signal(turn)
            .durable::<BookAddedWsEvent>()
            .ephemeral::<PageTurnedWsEvent>()
    }

    async fn greet(&self, _: &Actor) -> Result<Vec<Room>, Failure> {
        Ok(Vec::new())
    }

    async fn admit(&self, _: &Actor, _: &Room) -> Result<Option<Admission>, Failure> {
        Ok(None)
    }
}

fn library() -> Vec<BoundNamespace> {
    vec![bind(Library).unwrap()]
}

fn assert_every_reference_resolves(document: &Value) {
    let references = references(document);
    assert!(!references.is_empty());
    for reference in references {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[test]
fn openapi_says_what_can_be_called_over_http() {
    let document = openapi(&library());
    assert_every_reference_resolves(&document);
    insta::assert_json_snapshot!(document);
}

#[test]
fn asyncapi_says_what_is_received_and_sent_over_sockets() {
    let document = asyncapi(&library());
    assert_every_reference_resolves(&document);
    insta::assert_json_snapshot!(document);
}

#[test]
fn every_schema_is_complete_in_itself() {
    let files = schemas(&library());
    for (path, schema) in &files {
        for reference in references(schema) {
            let pointer = reference.strip_prefix('#').unwrap();
            assert!(schema.pointer(pointer).is_some(), "{path}: {reference} leads nowhere");
        }
    }
    insta::assert_json_snapshot!(files.get("library/requests/book-add.json").unwrap());
    let paths: Vec<_> = files.keys().collect();
    insta::assert_json_snapshot!(paths);
}

#[test]
fn a_type_that_differs_by_direction_has_two_names() {
    let document = openapi(&library());
    let required = |name: &str| document["components"]["schemas"][name]["required"].clone();
    assert_eq!(required("BookRequest"), serde_json::json!(["title"]));
    assert_eq!(required("Book"), serde_json::json!(["title", "lent"]));
}

#[test]
fn the_page_names_everything_and_loads_nothing() {
    let page = page(&library());
    for name in ["book:add", "book.added", "page.turned", "sync:since", "auth.expiring"] {
        assert!(page.html.contains(name), "{name}");
    }
    for loading in ["<script", "<link", "<img", "src=", "@import", "url(", "http:", "https:"] {
        assert!(!page.html.contains(loading), "{loading}");
    }
    assert!(page.policy.starts_with("default-src 'none'; style-src 'sha256-"));
}
