//! Another Rust service in a class's gradebook: the client, and the gradebook's own requests, replies and events. No JSON.

use std::time::Duration;

use homeroom_client::{JoinReply, Socket};
use homeroom_contract::{
    ClassId, ClientId, Clock as _, Code, Event, LineItemId, Patch, Room, SystemClock, UserId,
};
use homeroom_gradebook::{
    BulkSetGrades, CellFocusedWsEvent, CellSaved, CellToSet, CellView, CreateLineItem, FamilyView, FocusCell,
    GradeHiddenWsEvent, GradeHistory, GradePostedWsEvent, GradeSet, GradeUpdatedWsEvent, GradebookData,
    GradebookTypingWsEvent, GradesCounted, HideGrades, JoinGradebook, LeaveGradebook, LineItemCreatedWsEvent,
    LineItemPatch, LineItemUpdatedWsEvent, PostGrades, ScoreStatus, SetGrade, StaffView, Typing,
    UpdateLineItem,
};
use homeroom_testkit::{Gateway, TestDatabase, on_both_databases};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

use crate::support::district::{District, Persona, Variation};
use crate::support::{gateway_with, token};

/// One class's gradebook, and who is in it.
struct Gradebook {
    class: ClassId,
    student: UserId,
    classmate: UserId,
    teacher: Socket,
    colleague: Socket,
    parent: Socket,
}

async fn enters(gateway: &Gateway, district: &District, persona: Persona) -> Socket {
    gateway.socket(&token(gateway, district, persona), "/gradebook").await
}

/// The next event of that type; what else comes is passed over.
async fn hears<E: Event + DeserializeOwned>(socket: &Socket) -> E {
    let next = async {
        loop {
            let event = socket.next_event().await.expect("the namespace is still there");
            if let Some(told) = event.read().unwrap() {
                return told;
            }
        }
    };
    timeout(Duration::from_secs(20), next).await.unwrap_or_else(|_| panic!("{} did not come", E::NAME))
}

fn staff(reply: JoinReply<GradebookData>) -> StaffView {
    match reply.initial_data {
        GradebookData::Staff(view) => view,
        GradebookData::Family(view) => panic!("not what staff see: {view:?}"),
    }
}

fn family(reply: JoinReply<GradebookData>) -> FamilyView {
    match reply.initial_data {
        GradebookData::Family(view) => view,
        GradebookData::Staff(view) => panic!("not what a family sees: {view:?}"),
    }
}

on_both_databases! {
    async fn a_service_works_with_the_gradebooks_own_types(database: TestDatabase) {
        let district = District::new("district", Variation::plain());
        let gateway = gateway_with(&database, &[&district]);
        let gradebook = Gradebook {
            class: district.class().parse().unwrap(),
            student: district.user(Persona::Student).parse().unwrap(),
            classmate: district.user(Persona::Classmate).parse().unwrap(),
            teacher: enters(&gateway, &district, Persona::Teacher).await,
            colleague: enters(&gateway, &district, Persona::CoTeacher).await,
            parent: enters(&gateway, &district, Persona::OwnParent).await,
        };
        gradebook.is_joined().await;
        let counselor = enters(&gateway, &district, Persona::Counselor).await;
        let looks = counselor.join(&JoinGradebook::of(gradebook.class.clone())).await.unwrap();
        assert_eq!((&looks.room_id, looks.rooms.len()), (&None, 0), "a counselor reads and hears nothing");
        assert_eq!(staff(looks).class_id, gradebook.class);

        let item = gradebook.makes_a_line_item(&district).await;
        gradebook.is_worked_in(&item).await;
        gradebook.is_graded(&item).await;
        gradebook.is_shown_and_hidden(&item).await;
        gradebook.is_left().await;
    }
}

impl Gradebook {
    async fn is_joined(&self) {
        let ask = JoinGradebook::of(self.class.clone());
        let joined = self.teacher.join(&ask).await.unwrap();
        assert_eq!(joined.room_id, Some(Room::class_staff(&self.class)));
        assert!(staff(joined).students.iter().any(|name| name.student_id == self.student));
        let joined = self.colleague.join(&ask).await.unwrap();
        assert!(!joined.online_users.is_empty(), "the teacher is there already");

        let joined = self.parent.join(&ask).await.unwrap();
        assert_eq!(joined.rooms, [Room::student(&self.student)]);
        let view = family(joined);
        assert_eq!(view.students.iter().map(|name| &name.student_id).collect::<Vec<_>>(), [&self.student]);
        assert!(view.results.is_empty());
    }

    /// Makes one and changes it.
    async fn makes_a_line_item(&self, district: &District) -> LineItemId {
        let create = CreateLineItem {
            class_id: None,
            title: "Essay".to_owned(),
            category_id: district.category().parse().ok(),
            academic_session_id: district.session().parse().unwrap(),
            assign_date: "2026-01-12".parse().unwrap(),
            due_date: "2026-01-19".parse().unwrap(),
            result_value_min: 0.0,
            result_value_max: 20.0,
            reason: None,
        };
        // Sent twice under one key, it takes effect once.
        let once = ClientId::generate(SystemClock.now());
        let made = self.teacher.command_once(&once, &create).await.unwrap();
        assert_eq!(self.teacher.command_once(&once, &create).await.unwrap(), made);
        let LineItemCreatedWsEvent(told) = hears(&self.colleague).await;
        assert_eq!((&told.line_item_id, told.version), (&made.line_item_id, made.version));
        assert!(told.category_id.is_some());

        let patch = LineItemPatch { category_id: Patch::Clear, ..LineItemPatch::default() };
        let update = UpdateLineItem {
            expected_version: Some(1),
            ..UpdateLineItem::new(made.line_item_id.clone(), patch)
        };
        assert_eq!(self.teacher.command(&update).await.unwrap().version, 2);
        let LineItemUpdatedWsEvent(told) = hears(&self.colleague).await;
        // What was cleared is gone, what was not said stands.
        assert_eq!((told.category_id, told.title.as_str()), (None, "Essay"));
        made.line_item_id
    }

    /// Signals reach those who are watching.
    async fn is_worked_in(&self, item: &LineItemId) {
        let focus = |student_id| FocusCell { class_id: None, line_item_id: item.clone(), student_id };
        self.teacher.signal(&focus(Some(self.student.clone()))).await.unwrap();
        let told: CellFocusedWsEvent = hears(&self.colleague).await;
        assert_eq!((&told.line_item_id, told.student_id), (item, Some(self.student.clone())));
        let types = Typing {
            class_id: None,
            line_item_id: item.clone(),
            student_id: self.student.clone(),
            is_typing: true,
        };
        self.teacher.signal(&types).await.unwrap();
        assert!(hears::<GradebookTypingWsEvent>(&self.colleague).await.is_typing);
        self.teacher.signal(&focus(None)).await.unwrap();
        assert_eq!(hears::<CellFocusedWsEvent>(&self.colleague).await.student_id, None);
    }

    /// One by one and in bulk, and with a colleague who was slower.
    async fn is_graded(&self, item: &LineItemId) {
        let set = SetGrade {
            expected_version: Some(0),
            score: Patch::Set(17.5),
            comment: Patch::Set("Well argued".to_owned()),
            ..SetGrade::new(item.clone(), self.student.clone())
        };
        assert_eq!(self.teacher.command(&set).await.unwrap(), GradeSet { version: 1 });
        let told: GradeUpdatedWsEvent = hears(&self.colleague).await;
        assert_eq!((told.score, told.previous_score, told.version), (Some(17.5), Patch::Clear, 1));

        let late = self.colleague.command(&set).await.unwrap_err();
        assert_eq!(late.code(), Some(Code::VersionConflict));
        let stands: CellView = late.current().expect("what stands there now");
        assert_eq!((stands.version, stands.marks.score, stands.posted), (1, Some(17.5), false));
        assert_eq!(stands.marks.score_status, ScoreStatus::FullyGraded);

        let cell = |student: &UserId, version| CellToSet {
            expected_version: Some(version),
            score: Patch::Set(18.0),
            ..CellToSet::new(student.clone())
        };
        let bulk = BulkSetGrades::new(item.clone(), vec![cell(&self.student, 1), cell(&self.classmate, 7)]);
        let done = self.teacher.command(&bulk).await.unwrap();
        assert_eq!(done.saved, [CellSaved { student_id: self.student.clone(), version: 2 }]);
        let [conflict] = done.conflicts.as_slice() else { panic!("{done:?}") };
        assert_eq!((&conflict.student_id, conflict.code), (&self.classmate, Code::VersionConflict));
        assert_eq!(conflict.current.as_ref().map(|cell| cell.version), Some(0));
    }

    async fn is_shown_and_hidden(&self, item: &LineItemId) {
        let shown = self.teacher.command(&PostGrades::of(item.clone())).await.unwrap();
        assert_eq!(shown, GradesCounted { count: 1 });
        let told: GradePostedWsEvent = hears(&self.parent).await;
        assert_eq!(
            (&told.student_id, told.score, told.score_maximum),
            (&self.student, Some(18.0), Some(20.0))
        );
        assert_eq!(told.comment.as_deref(), Some("Well argued"), "a field that was not said was not cleared");
        let joined = self.parent.join(&JoinGradebook::of(self.class.clone())).await.unwrap();
        let view = family(joined);
        let [result] = view.results.as_slice() else { panic!("one result is posted: {view:?}") };
        assert_eq!((result.version, result.marks.score), (2, Some(18.0)));

        let ask = GradeHistory { line_item_id: item.clone(), student_id: self.student.clone() };
        let all = self.teacher.query(&ask).await.unwrap();
        assert_eq!(
            all.changes.iter().map(|change| change.new.score).collect::<Vec<_>>(),
            [Some(17.5), Some(18.0)]
        );
        assert_eq!(all.postings.len(), 1);
        let seen = self.parent.query(&ask).await.unwrap();
        assert_eq!((seen.changes.len(), seen.postings.len()), (1, 0), "from when it was posted");

        self.teacher.command(&HideGrades::of(item.clone())).await.unwrap();
        assert_eq!(hears::<GradeHiddenWsEvent>(&self.parent).await.student_id, self.student);
    }

    async fn is_left(&self) {
        self.colleague.leave(&LeaveGradebook::default()).await.unwrap();
        let outside = self.colleague.leave(&LeaveGradebook::default()).await.unwrap_err();
        assert_eq!(outside.code(), Some(Code::ValidationError), "no class is joined any more: {outside}");
    }
}
