//! What `grade:set` and `grade:bulk-set` say of one cell. Every field stands in the request itself: a flattened struct would
//! lose the path of a value that has the wrong type.

/// Makes a request, or a part of one, that sets one student's cell, with what it has beyond that.
macro_rules! sets_a_cell {
    ($(#[$doc:meta])* $name:ident { $($(#[$more_doc:meta])* $more:ident: $of:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, serde::Deserialize, homeroom_contract::schemars::JsonSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$more_doc])* pub $more: $of,)*
            /// The student.
            pub student_id: homeroom_contract::UserId,
            /// The version that the change was made on; another one in the gradebook is `VERSION_CONFLICT`. Without it the
            /// last write wins, unless the district requires it.
            #[serde(default)]
            pub expected_version: Option<i64>,
            /// Points, within the line item's `resultValueMin` and `resultValueMax`, both inclusive.
            #[serde(default)]
            pub score: homeroom_contract::Patch<f64>,
            /// A word instead of, or beside, points.
            #[serde(default)]
            pub text_score: homeroom_contract::Patch<String>,
            /// Where the grading stands. Without it, giving a score makes a cell `fully graded` (unless it is `exempt` or
            /// `partially graded`), and taking the last score away makes a graded cell `not submitted`.
            #[serde(default)]
            pub score_status: homeroom_contract::Patch<crate::domain::ScoreStatus>,
            /// Handed in late.
            #[serde(default)]
            pub late: homeroom_contract::Patch<bool>,
            /// Should have been handed in, and was not.
            #[serde(default)]
            pub missing: homeroom_contract::Patch<bool>,
            /// Handed in, but not all of it.
            #[serde(default)]
            pub incomplete: homeroom_contract::Patch<bool>,
            /// Still being worked on.
            #[serde(default)]
            pub in_progress: homeroom_contract::Patch<bool>,
            /// What the teacher says about it; families see it once posted.
            #[serde(default)]
            pub comment: homeroom_contract::Patch<String>,
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
