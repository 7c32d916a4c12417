//! Properties of the codec, and each way to break the framing.

use proptest::prelude::*;

use super::{Class, CloseCode, Framed, Header, Limits, Message, OpCode, Payload, Reader, Violation};

const LIMITS: Limits = Limits { max_message_bytes: 1000, max_fragments: 4 };

#[derive(Clone, Debug, PartialEq, Eq)]
enum Owned {
    Text(String),
    Binary(Vec<u8>),
    Ping(Vec<u8>),
    Pong,
    Close(Option<u16>),
}

impl From<Message<'_>> for Owned {
    fn from(message: Message<'_>) -> Self {
        match message {
            Message::Text(text) => Self::Text(text.to_owned()),
            Message::Binary(data) => Self::Binary(data.to_vec()),
            Message::Ping(body) => Self::Ping(body.to_vec()),
            Message::Pong => Self::Pong,
            Message::Close(code) => Self::Close(code.map(CloseCode::as_u16)),
        }
    }
}

/// A client frame.
fn frame(fin: bool, opcode: u8, mask: [u8; 4], payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    Header::write(OpCode::Text, payload.len(), &mut out);
    out[0] = u8::from(fin) << 7 | opcode;
    out[1] |= 0x80;
    out.extend(mask);
    out.extend(payload.iter().enumerate().map(|(i, byte)| byte ^ mask[i % 4]));
    out
}

/// Reads `bytes` in pieces of the given sizes, and what is left in one.
fn read(reader: &mut Reader, mut bytes: &[u8], pieces: &[usize]) -> Result<Vec<Owned>, Violation> {
    let mut messages = Vec::new();
    let mut pieces = pieces.iter().copied();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(pieces.next().unwrap_or(bytes.len()).clamp(1, bytes.len()));
        bytes = rest;
        let mut piece = piece.to_vec();
        let mut at = 0;
        while let Some(message) = reader.next(&mut piece, &mut at)? {
            messages.push(message.into());
        }
        assert_eq!(at, piece.len(), "all input is used before more is asked for");
    }
    Ok(messages)
}

fn read_whole(bytes: &[u8]) -> Result<Vec<Owned>, Violation> {
    read(&mut Reader::new(LIMITS), bytes, &[])
}

/// A message and the frames a client may send it in, with pings in between.
fn sent() -> impl Strategy<Value = (Vec<Owned>, Vec<u8>)> {
    let content = prop_oneof![
        "\\PC{0,100}".prop_map(Owned::Text),
        prop::collection::vec(any::<u8>(), 0..300).prop_map(Owned::Binary),
    ];
    let cuts = prop::collection::vec(any::<prop::sample::Index>(), 0..4);
    (content, cuts, any::<[u8; 4]>(), prop::option::of(prop::collection::vec(any::<u8>(), 0..126))).prop_map(
        |(message, cuts, mask, ping)| {
            let (first, payload) = match &message {
                Owned::Text(text) => (1, text.clone().into_bytes()),
                Owned::Binary(data) => (2, data.clone()),
                _ => unreachable!(),
            };
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(payload.len() + 1)).collect();
            cuts.sort_unstable();
            cuts.truncate(LIMITS.max_fragments - 1);
            cuts.push(payload.len());
            let (mut bytes, mut from, mut messages) = (Vec::new(), 0, Vec::new());
            for (i, to) in cuts.iter().copied().enumerate() {
                if let (Some(ping), 1) = (&ping, i) {
                    bytes.extend(frame(true, 9, mask, ping));
                    messages.push(Owned::Ping(ping.clone()));
                }
                let opcode = if i == 0 { first } else { 0 };
                bytes.extend(frame(i + 1 == cuts.len(), opcode, mask, &payload[from..to]));
                from = to;
            }
            messages.push(message);
            (messages, bytes)
        },
    )
}

proptest! {
    #[test]
    fn wherever_the_network_cuts_the_messages_are_the_same(
        sent in prop::collection::vec(sent(), 1..5),
        pieces in prop::collection::vec(1_usize..80, 0..60),
    ) {
        let expected: Vec<Owned> = sent.iter().flat_map(|(messages, _)| messages.clone()).collect();
        let bytes: Vec<u8> = sent.iter().flat_map(|(_, bytes)| bytes.clone()).collect();
        let mut reader = Reader::new(LIMITS);
        prop_assert_eq!(read(&mut reader, &bytes, &pieces).unwrap(), expected.clone());
        prop_assert_eq!(reader.held(), 0, "nothing is kept between messages");
        prop_assert_eq!(read(&mut Reader::new(LIMITS), &bytes, &vec![1; bytes.len()]).unwrap(), expected);
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_hold_no_more_than_came(
        bytes in prop::collection::vec(any::<u8>(), 0..600),
        pieces in prop::collection::vec(1_usize..50, 0..40),
    ) {
        let mut reader = Reader::new(LIMITS);
        if read(&mut reader, &bytes, &pieces).is_ok() {
            prop_assert!(reader.held() <= 4 * bytes.len() + 64, "{}", reader.held());
        }
    }

    #[test]
    fn what_is_framed_can_be_read_back(text in "\\PC{0,300}", size in prop_oneof![0_usize..300, 65_530..65_540_usize]) {
        let framed = Framed::text(&text, Class::Durable);
        prop_assert_eq!(framed.payloads().collect::<Vec<_>>(), vec![Payload::Text(text.clone().into())]);
        let data = bytes::Bytes::from(vec![7; size]);
        let framed = Framed::text_with_binaries(&text, &[data.clone(), data.clone()], Class::Durable);
        let expected = vec![Payload::Text(text.into()), Payload::Binary(data.clone()), Payload::Binary(data)];
        prop_assert_eq!(framed.payloads().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_written_header_is_read_as_it_was(payload in any::<u32>()) {
        let mut bytes = Vec::new();
        Header::write(OpCode::Text, payload as usize, &mut bytes);
        let header = Header::parse(&bytes).unwrap().unwrap();
        prop_assert_eq!((header.payload, header.len, header.mask), (u64::from(payload), bytes.len(), None));
    }
}

#[test]
fn each_breach_has_its_name_and_close_code() {
    let m = [1, 2, 3, 4];
    let f = |fin, opcode, payload: &[u8]| frame(fin, opcode, m, payload);
    let open_text = |then: Vec<u8>| [f(false, 1, b"a"), then].concat();
    for (bytes, violation, code) in [
        (vec![0xC1, 0x80], Violation::ReservedBits, 1002),
        (vec![0xA1, 0x80], Violation::ReservedBits, 1002),
        (vec![0x91, 0x80], Violation::ReservedBits, 1002),
        (f(true, 3, b""), Violation::UnknownOpcode, 1002),
        (f(true, 11, b""), Violation::UnknownOpcode, 1002),
        (vec![0x81, 0x01, b'a'], Violation::Unmasked, 1002),
        (vec![0x81, 0x7E], Violation::Unmasked, 1002),
        (vec![0x89, 0xFE, 0, 126], Violation::LongControl, 1002),
        (f(false, 9, b""), Violation::FragmentedControl, 1002),
        (f(true, 0, b"a"), Violation::LoneContinuation, 1002),
        (open_text(f(true, 1, b"b")), Violation::InterleavedMessage, 1002),
        (open_text(f(false, 2, b"b")), Violation::InterleavedMessage, 1002),
        (vec![0x81, 0xFE, 0, 125], Violation::BadLength, 1002),
        (vec![0x81, 0xFF, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF], Violation::BadLength, 1002),
        (vec![0x81, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0], Violation::BadLength, 1002),
        (f(true, 8, &[3]), Violation::BadClose, 1002),
        (f(true, 8, &1005_u16.to_be_bytes()), Violation::BadClose, 1002),
        (f(true, 8, &999_u16.to_be_bytes()), Violation::BadClose, 1002),
        (f(true, 8, &[3, 0xE8, 0xFF]), Violation::NotUtf8, 1007),
        (f(true, 1, &[0xFF]), Violation::NotUtf8, 1007),
        (f(true, 1, &"é".as_bytes()[..1]), Violation::NotUtf8, 1007),
        ([f(false, 1, b"\xF0\x9F"), f(true, 0, b"\x98")].concat(), Violation::NotUtf8, 1007),
        // The header alone is enough: not one byte of these megabytes came.
        (vec![0x82, 0xFF, 0, 0, 0, 0, 0, 0x10, 0, 0, 1, 2, 3, 4], Violation::TooLarge, 1009),
        (f(true, 2, &[0; 1001]), Violation::TooLarge, 1009),
        ([f(false, 2, &[0; 600]), f(true, 0, &[0; 401])].concat(), Violation::TooLarge, 1009),
        (
            [f(false, 2, b"1"), f(false, 0, b"2"), f(false, 0, b"3"), f(false, 0, b""), f(true, 0, b"5")]
                .concat(),
            Violation::TooManyFragments,
            1009,
        ),
    ] {
        assert_eq!(read_whole(&bytes), Err(violation), "{bytes:02x?}");
        assert_eq!(
            read(&mut Reader::new(LIMITS), &bytes, &vec![1; bytes.len()]),
            Err(violation),
            "byte by byte"
        );
        assert_eq!(violation.close_code().as_u16(), code);
    }
}

#[test]
fn the_limits_are_inclusive() {
    let m = [9, 8, 7, 6];
    assert_eq!(read_whole(&frame(true, 2, m, &[5; 1000])), Ok(vec![Owned::Binary(vec![5; 1000])]));
    let four = [(false, 1, b"a"), (false, 0, b"b"), (false, 0, b"c"), (true, 0, b"d")];
    let bytes: Vec<u8> = four.iter().flat_map(|(fin, opcode, part)| frame(*fin, *opcode, m, *part)).collect();
    assert_eq!(read_whole(&bytes), Ok(vec![Owned::Text("abcd".to_owned())]));
}

#[test]
fn a_character_may_be_cut_by_fragments_and_a_ping() {
    let m = [0xAA, 0, 0x55, 1];
    let emoji = "😀".as_bytes();
    let bytes =
        [frame(false, 1, m, &emoji[..2]), frame(true, 9, m, b"hi"), frame(true, 0, m, &emoji[2..])].concat();
    assert_eq!(read_whole(&bytes), Ok(vec![Owned::Ping(b"hi".to_vec()), Owned::Text("😀".to_owned())]));
}

#[test]
fn closes_and_pongs() {
    let m = [0; 4];
    let bytes = [frame(true, 10, m, b"x"), frame(true, 8, m, &[3, 0xE8, b'b', b'y', b'e'])].concat();
    assert_eq!(read_whole(&bytes), Ok(vec![Owned::Pong, Owned::Close(Some(1000))]));
    assert_eq!(read_whole(&frame(true, 8, m, b"")), Ok(vec![Owned::Close(None)]));
}
