//! Set-up and tests of the whole tree: `cargo xtask help`.
fn main() {}
