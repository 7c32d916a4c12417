//! What the demo keeps: its database, and beside it the key that its tokens are signed with.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use uuid::Uuid;

use crate::stop::Stop;

/// The demo's folder, in the working directory.
const FOLDER: &str = "homeroom-data";

/// The demo's database.
pub(crate) fn database_url() -> String {
    format!("sqlite://{FOLDER}/homeroom.db")
}

/// The key of a demo that has run before.
pub(crate) fn existing_secret() -> Result<String, Stop> {
    let path = key_path();
    if !path.exists() {
        return Err(Stop::impossible(
            "there is no key: set JWT_SECRET, or start the demo once in this folder",
        ));
    }
    read(&path)
}

/// The demo's key; made on the first start, readable by its owner only.
pub(crate) fn secret() -> Result<String, Stop> {
    let path = key_path();
    if path.exists() {
        return read(&path);
    }
    let failed =
        |error: std::io::Error| Stop::failed(format!("{} could not be written", path.display()), &error);
    std::fs::create_dir_all(FOLDER).map_err(failed)?;
    // 244 random bits.
    let secret = format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple());
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&path).and_then(|mut file| file.write_all(secret.as_bytes())).map_err(failed)?;
    Ok(secret)
}

fn key_path() -> PathBuf {
    Path::new(FOLDER).join("key")
}

fn read(path: &Path) -> Result<String, Stop> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Stop::failed(format!("{} could not be read", path.display()), &error))?;
    Ok(text.trim().to_owned())
}
