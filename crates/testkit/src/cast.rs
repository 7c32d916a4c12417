//! A generated district in a gateway, and who plays which part in it.

use crate::Gateway;

/// Who is who in a generated district, as `gateway roster generate` prints it.
#[derive(Debug, Clone)]
pub struct Cast(String);

impl Cast {
    /// The id after that word: of the `class`, of its `teacher`, a `student` in it, that student's `parent`, the `principal`.
    ///
    /// # Panics
    /// If there is no such word.
    #[track_caller]
    pub fn id(&self, part: &str) -> &str {
        let mut words = self.0.split_whitespace().skip_while(|found| *found != part);
        let Some(id) = words.nth(1) else { panic!("no {part} in {}", self.0) };
        id.trim_end_matches(',')
    }
}

impl Gateway {
    /// Generates a district of so many students and imports it. Panics if that fails.
    #[track_caller]
    pub fn populate(&self, students: u32) -> Cast {
        let file = "district.zip";
        let cast = self.done(&["roster", "generate", "--students", &students.to_string(), "--out", file]);
        self.done(&["roster", "import", file]);
        Cast(cast)
    }

    /// A token for somebody in the one district that there is. Panics if that fails.
    #[track_caller]
    pub fn token(&self, user: &str) -> String {
        self.done(&["token", "--user", user]).trim_end().to_owned()
    }

    /// What a command that has to go well has printed.
    #[track_caller]
    fn done(&self, args: &[&str]) -> String {
        let (code, out, err) = self.run(args);
        assert_eq!(code, 0, "{args:?}: {err}");
        out
    }
}
