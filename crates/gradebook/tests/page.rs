//! `docs/adding-a-namespace.md` shows code that is built and tested: every block of it stands in the example, to the letter.

use std::path::Path;

const PAGE: &str = include_str!("../../../docs/adding-a-namespace.md");

/// The page's blocks of Rust and SQL: the file that is named in the comment above, and the block.
fn blocks() -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut above = "";
    let mut lines = PAGE.lines();
    while let Some(line) = lines.next() {
        if line == "```rust" || line == "```sql" {
            let block: Vec<&str> = lines.by_ref().take_while(|line| *line != "```").collect();
            let file = above.strip_prefix("<!-- ").and_then(|comment| comment.strip_suffix(" -->"));
            let file = file.unwrap_or_else(|| panic!("no file is named above {:?}", block.first()));
            blocks.push((file.to_owned(), block.join("\n")));
        }
        above = line;
    }
    blocks
}

#[test]
fn the_page_quotes_the_example() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/noticeboard");
    let blocks = blocks();
    assert!(!blocks.is_empty());
    for (file, block) in blocks {
        let text = std::fs::read_to_string(folder.join(&file)).unwrap();
        // A part of a file may be cut out of its indentation; every line of it still has to follow the one before.
        let trimmed = |text: &str| text.lines().map(str::trim).collect::<Vec<_>>().join("\n");
        assert!(trimmed(&text).contains(&trimmed(&block)), "{file} does not have\n{block}");
    }
}
