# What there is to do. `just NAME` runs one.
help:
    @just --list --unsorted

# Serves: without configuration, the demo.
run *args:
    cargo run --release -p homeroom-gateway -- {{args}}

# Plays a short lesson and prints what each person receives.
demo:
    cargo run --release -p homeroom-gateway -- demo

# Plays a school day against a gateway and reports; `just loadtest --help` says what it needs.
loadtest *args:
    cargo run --release -p homeroom-loadtest -- {{args}}

# Sets up what is missing and runs everything that has to hold; `just test --only lint` is one step of it.
test *args:
    cargo xtask test {{args}}

# Switches off what delivery stands on, one thing at a time, and sees a test fail for each.
mutants-delivery:
    cargo xtask mutants

# Runs an older gateway beside this tree's in the fault tests: `just beside v1.2`, `just beside v1.2 faults::redis`.
beside revision *tests:
    cargo xtask beside {{revision}} {{tests}}

# The long runs: 200 kills and 200 restarts, everything else that breaks, and the mutants.
nightly:
    HOMEROOM_FAULT_ROUNDS=200 cargo test -p homeroom-gateway --test acceptance faults:: -- --nocapture --test-threads 1
    cargo xtask mutants

# The tests of one crate: `just only gradebook`.
only crate *args:
    cargo test -p homeroom-{{crate}} {{args}}

# Formats the sources.
fmt:
    cargo fmt --all

# The lints, as strict as the gate.
lint:
    cargo clippy --workspace --all-targets -- -D warnings

# The documentation, opened.
docs:
    cargo doc --workspace --no-deps --open
