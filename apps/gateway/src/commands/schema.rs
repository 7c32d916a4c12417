//! `gateway schema`: the documents that are generated from the declarations, for client authors and code generators.

use std::path::Path;
use std::process::ExitCode;

use homeroom_transport::spec;
use serde_json::Value;

use crate::compose;
use crate::stop::Stop;

/// Writes `openapi.json`, `asyncapi.json` and `schemas/…` into the folder.
pub(crate) async fn schema(out: &Path) -> Result<ExitCode, Stop> {
    let namespaces = compose::namespaces_without_data().await?;
    let mut files = vec![
        ("openapi.json".to_owned(), spec::openapi(&namespaces)),
        ("asyncapi.json".to_owned(), spec::asyncapi(&namespaces)),
    ];
    let schemas = spec::schemas(&namespaces);
    files.extend(schemas.into_iter().map(|(path, schema)| (format!("schemas/{path}"), schema)));
    for (path, document) in &files {
        write(&out.join(path), document)?;
    }
    println!("{}: {} files", out.display(), files.len());
    Ok(ExitCode::SUCCESS)
}

fn write(path: &Path, document: &Value) -> Result<(), Stop> {
    let written = serde_json::to_vec_pretty(document).map_err(std::io::Error::other).and_then(|mut json| {
        json.push(b'\n');
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(path, json)
    });
    written.map_err(|error| Stop::failed(format!("{} could not be written", path.display()), &error))
}
