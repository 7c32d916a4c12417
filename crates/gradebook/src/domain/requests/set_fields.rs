//! What `grade:set` and `grade:bulk-set` say of one cell. Every field stands in the request itself: a flattened struct would
//! lose the path of a value that has the wrong type.

/// Makes a request, or a part of one, that sets one student's cell, with what it has beyond that: what it needs, and what it
/// may leave out.
macro_rules! sets_a_cell {
    (
        $(#[$doc:meta])*
        $name:ident { $($(#[$needed_doc:meta])* $needed:ident: $needed_of:ty,)* }
        optional { $($(#[$more_doc:meta])* $more:ident: $more_of:ty,)* }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$needed_doc])* pub $needed: $needed_of,)*
            $(
                $(#[$more_doc])*
                #[serde(default, skip_serializing_if = "Option::is_none")]
                pub $more: Option<$more_of>,
            )*
            /// The student.
            pub student_id: homeroom_contract::UserId,
            /// The version that the change was made on; another one in the gradebook is `VERSION_CONFLICT`. Without it the
            /// last write wins, unless the district requires it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub expected_version: Option<i64>,
            /// Points, within the line item's `resultValueMin` and `resultValueMax`, both inclusive.
            #[serde(default, skip_serializing_if = "homeroom_contract::Patch::is_keep")]
            pub score: homeroom_contract::Patch<f64>,
            /// A word instead of, or beside, points.
            #[serde(default, skip_serializing_if = "homeroom_contract::Patch::is_keep")]
            pub text_score: homeroom_contract::Patch<String>,
            /// Where the grading stands. Without it, giving a score makes a cell `fully graded` (unless it is `exempt` or
            /// `partially graded`), and taking the last score away makes a graded cell `not submitted`.
            #[serde(default, skip_serializing_if = "homeroom_contract::Patch::is_keep")]
            pub score_status: homeroom_contract::Patch<crate::domain::ScoreStatus>,
            /// Handed in late.
            #[serde(default, skip_serializing_if = "homeroom_contract::Patch::is_keep")]
            pub late: homeroom_contract::Patch<bool>,
            /// Should have been handed in, and was not.
            #[serde(default, skip_serializing_if = "homeroom_contract::Patch::is_keep")]
            pub missing: homeroom_contract::Patch<bool>,
            /// Handed in, but not all of it.
            #[serde(default, skip_serializing_if = "homeroom_contract::Patch::is_keep")]
            pub incomplete: homeroom_contract::Patch<bool>,
            /// Still being worked on.
            #[serde(default, skip_serializing_if = "homeroom_contract::Patch::is_keep")]
            pub in_progress: homeroom_contract::Patch<bool>,
            /// What the teacher says about it; families see it once posted.
            #[serde(default, skip_serializing_if = "homeroom_contract::Patch::is_keep")]
            pub comment: homeroom_contract::Patch<String>,
        }

        impl $name {
            /// Changes nothing yet: `score` and the others are to be filled in.
            pub fn new($($needed: $needed_of,)* student_id: homeroom_contract::UserId) -> Self {
                Self {
                    $($needed,)*
                    $($more: None,)*
                    student_id,
                    expected_version: None,
                    score: homeroom_contract::Patch::Keep,
                    text_score: homeroom_contract::Patch::Keep,
                    score_status: homeroom_contract::Patch::Keep,
                    late: homeroom_contract::Patch::Keep,
                    missing: homeroom_contract::Patch::Keep,
                    incomplete: homeroom_contract::Patch::Keep,
                    in_progress: homeroom_contract::Patch::Keep,
                    comment: homeroom_contract::Patch::Keep,
                }
            }
        }

        impl From<$name> for crate::domain::SetCell {
            fn from(set: $name) -> Self {
                Self {
                    student_id: set.student_id,
                    expected_version: set.expected_version,
                    marks: crate::domain::MarksPatch {
                        score: set.score,
                        text_score: set.text_score,
                        score_status: set.score_status,
                        late: set.late,
                        missing: set.missing,
                        incomplete: set.incomplete,
                        in_progress: set.in_progress,
                        comment: set.comment,
                    },
                }
            }
        }
    };
}

pub(super) use sets_a_cell;
