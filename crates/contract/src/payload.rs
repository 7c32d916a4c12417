//! A payload becomes the type of its request. What is wrong with it is named by its path, the same for every request there is.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::Failure;

/// Reads a payload. `VALIDATION_ERROR` if it does not have the right shape: `details.path` names what is wrong or missing, such
/// as `classId` or `items[1].score`; `.` is the payload as a whole.
pub fn read_payload<T: DeserializeOwned>(payload: &RawValue) -> Result<T, Failure> {
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
        ] {
            let (named, problem) = wrong(json);
            assert_eq!(named, path, "{json}: {problem}");
        }
    }
}
