//! A payload becomes the type of its request. What is wrong with it is named by its path, the same for every request there is.

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::Failure;

/// Reads a payload. `VALIDATION_ERROR` if it does not have the right shape, or has a NUL character anywhere, which PostgreSQL has
/// no place for: `details.path` names what is wrong or missing, such as `classId` or `items[1].score`; `.` is the payload as a whole.
pub fn read_payload<T: DeserializeOwned>(payload: &RawValue) -> Result<T, Failure> {
    if let Some(path) = nul_in(payload) {
        let problem = "it contains a NUL character";
        return Err(Failure::invalid("The payload must not contain a NUL character.")
            .with_details(serde_json::json!({ "path": path, "problem": problem })));
    }
    let mut deserializer = serde_json::Deserializer::from_str(payload.get());
    serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let problem = error.inner().to_string();
        let path = path(&error.path().to_string(), &problem);
        Failure::invalid("The payload does not have the right shape.")
            .with_details(serde_json::json!({ "path": path, "problem": problem }))
    })
}

/// Where it is. For a field that isn't there that is known only as far as the object that lacks it; which one it is, serde says
/// in nothing but its message.
fn path(known: &str, problem: &str) -> String {
    let missing = problem.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
    match missing {
        None => known.to_owned(),
        Some((field, _)) if known == "." => field.to_owned(),
        Some((field, _)) => format!("{known}.{field}"),
    }
}

/// Where the first NUL is. JSON has one way to write it (RFC 8259, section 7), so hardly any payload is looked at twice.
fn nul_in(payload: &RawValue) -> Option<String> {
    if !payload.get().contains("\\u0000") {
        return None;
    }
    // It may be a backslash and a word. What can't be read as a value won't be read as anything else.
    let value = serde_json::from_str::<Value>(payload.get()).unwrap_or_else(|_| "\0".into());
    nul_below(&value).map(|path| match path.strip_prefix('.').unwrap_or(&path) {
        "" => ".".to_owned(),
        path => path.to_owned(),
    })
}

/// Where below that value, as `.items[1].score`. No deeper than JSON may be nested.
fn nul_below(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            let mut items = items.iter().enumerate();
            items.find_map(|(n, item)| nul_below(item).map(|path| format!("[{n}]{path}")))
        }
        Value::Object(fields) => fields.iter().find_map(|(name, field)| {
            if name.contains('\0') {
                return Some(String::new());
            }
            nul_below(field).map(|path| format!(".{name}{path}"))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::{ClassId, Code};

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "only how it is read counts")]
    struct Order {
        class_id: ClassId,
        items: Vec<Item>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "camelCase")]
    #[expect(dead_code, reason = "only how it is read counts")]
    struct Item {
        page_count: u32,
    }

    fn wrong(json: &str) -> (String, String) {
        let payload = RawValue::from_string(json.to_owned()).unwrap();
        let failure = read_payload::<Order>(&payload).unwrap_err();
        assert_eq!(failure.code, Code::ValidationError);
        let details: serde_json::Value = serde_json::from_str(failure.details.unwrap().get()).unwrap();
        let text = |name: &str| details[name].as_str().unwrap().to_owned();
        (text("path"), text("problem"))
    }

    #[test]
    fn what_is_wrong_or_missing_is_named_by_its_path() {
        for (json, path) in [
            ("{}", "classId"),
            (r#"{"classId":""}"#, "classId"),
            (r#"{"classId":7}"#, "classId"),
            (r#"{"classId":"missing field `x`"}"#, "items"),
            (r#"{"classId":"c-1","items":{}}"#, "items"),
            (r#"{"classId":"c-1","items":[{"pageCount":1},{}]}"#, "items[1].pageCount"),
            (r#"{"classId":"c-1","items":["missing field `x`"]}"#, "items[0]"),
            (r#"{"classId":"c-1","items":[{"pageCount":-1}]}"#, "items[0].pageCount"),
            ("[]", "."),
            (r#"{"classId":"c-1","items":[],"more":{"texts":["","a\u0000"]}}"#, "more.texts[1]"),
            (r#"{"classId":"c-1","items":[{"pageCount":1,"a\u0000b":1}]}"#, "items[0]"),
            (r#"["\u0000"]"#, "[0]"),
            (r#""\u0000""#, "."),
            (r#"{"\u0000":1}"#, "."),
        ] {
            let (named, problem) = wrong(json);
            assert_eq!(named, path, "{json}: {problem}");
        }
    }

    #[test]
    fn a_nul_that_is_only_spoken_of_is_read() {
        let payload = RawValue::from_string(r#"{"classId":"\\u0000","items":[]}"#.to_owned()).unwrap();
        assert_eq!(read_payload::<Order>(&payload).unwrap().class_id.as_str(), "\\u0000");
    }
}
