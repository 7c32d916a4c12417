//! The packet parser: every form a client may send, every fault, and properties.

use bytes::Bytes;
use proptest::prelude::*;

use super::{
    Malformed, Packet, ParseLimits, Refused, SocketIoConfig, encode, encode_binary_event, encode_event,
    encode_event_args,
};
use crate::{
    engine::Sid,
    frame::{Class, Framed, Payload},
};

fn limits() -> ParseLimits {
    SocketIoConfig::default().parse_limits()
}

fn parse(text: &str) -> Result<Packet<'_>, Malformed> {
    Packet::parse(text, &limits())
}

/// A packet in one line, for comparing.
fn line(packet: &Packet<'_>) -> String {
    let join = |args: &[&serde_json::value::RawValue]| {
        args.iter().map(|arg| arg.get()).collect::<Vec<_>>().join(" ")
    };
    match packet {
        Packet::Connect { namespace, auth } => {
            format!("connect {namespace} {:?}", auth.map(serde_json::value::RawValue::get))
        }
        Packet::Disconnect { namespace } => format!("disconnect {namespace}"),
        Packet::Event { namespace, ack, name, args, attachments } => {
            format!("event {namespace} {ack:?} {name} [{}] {attachments}", join(args))
        }
        Packet::Ack { namespace, id, args, attachments } => {
            format!("ack {namespace} {id} [{}] {attachments}", join(args))
        }
    }
}

#[test]
fn every_form_of_the_grammar() {
    for (text, expected) in [
        ("0", "connect / None"),
        (r#"0{"token":"123"}"#, r#"connect / Some("{\"token\":\"123\"}")"#),
        ("0/custom,", "connect /custom None"),
        ("0/custom", "connect /custom None"),
        (r#"0/custom,{"a":1}"#, r#"connect /custom Some("{\"a\":1}")"#),
        ("1", "disconnect /"),
        ("1/custom", "disconnect /custom"),
        ("1/custom,", "disconnect /custom"),
        (r#"2["foo"]"#, "event / None foo [] 0"),
        (r#"2["message",1,"2",{"3":[true]}]"#, r#"event / None message [1 "2" {"3":[true]}] 0"#),
        (r#"2/custom,456["foo", null ]"#, "event /custom Some(456) foo [null] 0"),
        (r#"20["zero"]"#, "event / Some(0) zero [] 0"),
        ("2[12,1]", "event / None 12 [1] 0"),
        (r#"2["gr\u00fcn"]"#, "event / None grün [] 0"),
        ("3456[]", "ack / 456 [] 0"),
        ("3/custom,7[1,[2]]", "ack /custom 7 [1 [2]] 0"),
        (
            r#"52-/a,789["b",{"_placeholder":true,"num":0},[{"num":1,"_placeholder":true}]]"#,
            r#"event /a Some(789) b [{"_placeholder":true,"num":0} [{"num":1,"_placeholder":true}]] 2"#,
        ),
        (r#"61-5[{"_placeholder":true,"num":0}]"#, r#"ack / 5 [{"_placeholder":true,"num":0}] 1"#),
        (
            r#"51-["b",{"_placeholder":false,"num":9}]"#,
            r#"event / None b [{"_placeholder":false,"num":9}] 1"#,
        ),
    ] {
        assert_eq!(line(&parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))), expected);
    }
}

#[test]
fn every_fault_has_its_name() {
    let digits = "1".repeat(17);
    let long = format!("0/{}", "n".repeat(128));
    let deep = format!(r#"2["a",{}{}]"#, "[".repeat(64), "]".repeat(64));
    for (text, expected) in [
        ("", Malformed::Type),
        ("abc", Malformed::Type),
        ("4", Malformed::Type),
        (r#"4{"message":"x"}"#, Malformed::Type),
        ("7", Malformed::Type),
        ("é", Malformed::Type),
        ("0[]", Malformed::Json),
        ("0null", Malformed::Json),
        ("0\"x\"", Malformed::Json),
        ("0{", Malformed::Json),
        ("05{}", Malformed::AckId),
        ("1{}", Malformed::Json),
        ("15", Malformed::AckId),
        ("2", Malformed::Json),
        ("2{}", Malformed::Json),
        ("2[", Malformed::Json),
        (r#"2["a"]x"#, Malformed::Json),
        (r#"2abc["a"]"#, Malformed::Json),
        ("2/custom", Malformed::Json),
        ("2[]", Malformed::EventName),
        ("2[null]", Malformed::EventName),
        ("2[{}]", Malformed::EventName),
        ("2[[\"a\"]]", Malformed::EventName),
        (r#"2["\ud800"]"#, Malformed::EventName),
        (r#"2["connect"]"#, Malformed::EventName),
        (r#"2["connect_error"]"#, Malformed::EventName),
        (r#"2["disconnect"]"#, Malformed::EventName),
        (r#"2["disconnecting"]"#, Malformed::EventName),
        (r#"2["newListener"]"#, Malformed::EventName),
        (r#"2["removeListener"]"#, Malformed::EventName),
        (r#"2["dis\u0063onnect"]"#, Malformed::EventName),
        ("3[]", Malformed::AckId),
        ("35", Malformed::Json),
        (r#"5["a"]"#, Malformed::Attachments),
        (r#"50-["a"]"#, Malformed::Attachments),
        (r#"511-["a"]"#, Malformed::Attachments),
        (r#"5-["a"]"#, Malformed::Attachments),
        (r#"51.5-["a"]"#, Malformed::Attachments),
        (r#"5+1-["a"]"#, Malformed::Attachments),
        (r#"51-["a",{"_placeholder":true,"num":1}]"#, Malformed::Placeholder),
        (r#"51-["a",{"_placeholder":true,"num":-1}]"#, Malformed::Placeholder),
        (r#"51-["a",{"_placeholder":true,"num":0.5}]"#, Malformed::Placeholder),
        (r#"51-["a",{"_placeholder":true,"num":"0"}]"#, Malformed::Placeholder),
        (r#"51-["a",{"_placeholder":true}]"#, Malformed::Placeholder),
        (r#"51-["a",{"b":[{"_placeholder":true,"num":7}]}]"#, Malformed::Placeholder),
        (&format!(r#"2{digits}["a"]"#), Malformed::AckId),
        (&long, Malformed::Namespace),
        (&deep, Malformed::Depth),
    ] {
        assert_eq!(parse(text).map(|packet| line(&packet)), Err(expected), "{text}");
    }
}

#[test]
fn the_limits_are_inclusive() {
    let placeholders =
        (0..10).map(|n| format!(r#"{{"_placeholder":true,"num":{n}}}"#)).collect::<Vec<_>>().join(",");
    for text in [
        format!(r#"2{}["a"]"#, "1".repeat(16)),
        format!("0/{}", "n".repeat(127)),
        format!(r#"2["a",{}{}]"#, "[".repeat(63), "]".repeat(63)),
        format!(r#"510-["a",{placeholders}]"#),
        // Brackets in strings nest nothing.
        format!(r#"2["a","{}\"{}"]"#, "[".repeat(100), "{".repeat(100)),
    ] {
        assert!(parse(&text).is_ok(), "{text}");
    }
}

fn text(framed: &Framed) -> String {
    match framed.payloads().next() {
        Some(Payload::Text(text)) => String::from_utf8(text.to_vec()).unwrap(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_the_server_sends() {
    let sid = Sid::random();
    let data = serde_json::value::to_raw_value(&serde_json::json!({"code": "X"})).unwrap();
    let class = Class::Durable;
    for (framed, expected) in [
        (encode_event("/", "auth", "{}", None, class), r#"42["auth",{}]"#.to_owned()),
        (encode_event("/a", "b", "1", Some("7-3"), class), r#"42/a,["b",1,"7-3"]"#.to_owned()),
        (encode_event("/", "q\"\n", "1", None, class), r#"42["q\"\n",1]"#.to_owned()),
        (encode_event_args("/", "none", &[], class), r#"42["none"]"#.to_owned()),
        (encode_event_args("/", "two", &["1", "[2]"], class), r#"42["two",1,[2]]"#.to_owned()),
        (
            encode_binary_event("/", "b", &["0"], &[Bytes::from_static(b"x")], class),
            r#"451-["b",0]"#.to_owned(),
        ),
        (encode::event_with_ack("/a", 3, "b", &["1"], &[]), r#"42/a,3["b",1]"#.to_owned()),
        (encode::ack("/", 456, &["1", "2"], &[]), "43456[1,2]".to_owned()),
        (encode::ack("/a", 9, &[], &[Bytes::new()]), "461-/a,9[]".to_owned()),
        (encode::connected("/", &sid, None), format!(r#"40{{"sid":"{}"}}"#, sid.as_str())),
        (encode::connected("/a", &sid, Some("p")), format!(r#"40/a,{{"sid":"{}","pid":"p"}}"#, sid.as_str())),
        (
            encode::refused("/random", &Refused::invalid_namespace()),
            r#"44/random,{"message":"Invalid namespace"}"#.to_owned(),
        ),
        (
            encode::refused("/", &Refused::new("no").with_data(data)),
            r#"44{"message":"no","data":{"code":"X"}}"#.to_owned(),
        ),
        (encode::disconnect("/"), "41".to_owned()),
        (encode::disconnect("/a"), "41/a,".to_owned()),
    ] {
        assert_eq!(text(&framed), expected);
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        "\\PC{0,8}".prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 16, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("\\PC{0,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused_without_a_panic(text in "\\PC{0,60}") {
        let _ = parse(&text);
    }

    #[test]
    fn almost_a_packet_is_read_or_refused_without_a_panic(
        text in r#"[0-7][0-9]{0,3}-?(/[a-z]{0,3},?)?[0-9]{0,3}(\[|\]|\{|\}|"|a|,|:|1|\\){0,12}"#,
    ) {
        let _ = parse(&text);
    }

    #[test]
    fn an_event_comes_back_as_it_was_sent(
        namespace in "/[a-z-]{0,10}",
        name in "\\PC{1,12}",
        data in json(),
    ) {
        prop_assume!(!name.contains("connect") && !name.ends_with("Listener"));
        let data = data.to_string();
        let sent = text(&encode_event(&namespace, &name, &data, Some("1-2"), Class::Durable));
        let Packet::Event { namespace: n, name: m, args, .. } = parse(&sent[1..]).unwrap() else {
            panic!("{sent}");
        };
        prop_assert_eq!((n, &*m), (&*namespace, &*name));
        prop_assert_eq!(args.iter().map(|arg| arg.get()).collect::<Vec<_>>(), vec![data.as_str(), r#""1-2""#]);
    }
}
