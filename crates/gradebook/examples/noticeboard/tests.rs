//! Handlers are functions of plain arguments, so a test is a plain call.

use homeroom_contract::{ClassId, Code, Failure, Namespace, Room, bind};
use serde_json::value::to_raw_value;

use super::{call, in_a_school};
use crate::application::{Noticeboard, join, pin_notice};
use crate::domain::{JoinBoard, PinNotice};

async fn pin(board: &Noticeboard, who: &str, text: &str) -> Result<(), Failure> {
    let class_id = ClassId::new("c1").ok();
    let pin = PinNotice { class_id, text: text.to_owned() };
    pin_notice(board.clone(), call(board, who, "notice:pin").unwrap(), pin).await.map(|_| ())
}

async fn notices(board: &Noticeboard, who: &str) -> Result<Vec<String>, Failure> {
    let ask = JoinBoard { class_id: ClassId::new("c1").unwrap() };
    let joined = join(board.clone(), call(board, who, "noticeboard:join").unwrap(), ask).await?;
    Ok(joined.data.notices.into_iter().map(|notice| notice.text).collect())
}

#[tokio::test]
async fn what_staff_pin_hangs_there_for_the_class() {
    let folder = tempfile::tempdir().unwrap();
    let board = in_a_school(folder.path()).await.unwrap();
    pin(&board, "tina", "The excursion starts at 8.").await.unwrap();
    assert_eq!(notices(&board, "ann").await.unwrap(), ["The excursion starts at 8."]);

    let code = |answer: Result<(), Failure>| answer.unwrap_err().code;
    assert_eq!(code(pin(&board, "ann", "No school today!").await), Code::Unauthorized);
    assert_eq!(code(pin(&board, "tina", "  ").await), Code::ValidationError);
    let longest = "é".repeat(board.limits.text_chars);
    pin(&board, "tina", &longest).await.unwrap();
    assert_eq!(code(pin(&board, "tina", &format!("{longest}!")).await), Code::PayloadTooLarge);
    assert_eq!(notices(&board, "mum").await.unwrap_err().code, Code::Unauthorized);
}

/// No handler has to look for what PostgreSQL can't keep: it doesn't get that far.
#[tokio::test]
async fn a_nul_is_refused_before_the_handler() {
    let folder = tempfile::tempdir().unwrap();
    let board = in_a_school(folder.path()).await.unwrap();
    let call = call(&board, "tina", "notice:pin").unwrap();
    let pin = to_raw_value(&serde_json::json!({ "classId": "c1", "text": "a\0" })).unwrap();
    let refused = bind(board).unwrap().handle(call, pin).await.unwrap_err();
    assert_eq!(refused.code, Code::ValidationError);
}

#[tokio::test]
async fn only_the_class_is_admitted() {
    let folder = tempfile::tempdir().unwrap();
    let board = in_a_school(folder.path()).await.unwrap();
    let room = Room::class(&ClassId::new("c1").unwrap());
    for (who, admitted) in [("tina", true), ("ann", true), ("paula", true), ("mum", false), ("zoe", false)] {
        let actor = call(&board, who, "noticeboard:join").unwrap().actor;
        assert_eq!(board.admit(&actor, &room).await.unwrap().is_some(), admitted, "{who}");
        assert_eq!(board.admit(&actor, &room.and("staff")).await.unwrap(), None, "{who}");
    }
}
