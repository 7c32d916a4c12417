//! The rooms are read as they are written, and no others.

use homeroom_contract::Room;
use homeroom_messaging::{ConversationId, MessagingRoom};

use crate::school::{org, user};

#[test]
fn a_room_is_read_as_it_is_written() {
    let talk = ConversationId::new("a:b").unwrap();
    for (room, written, conversation) in [
        (MessagingRoom::User(user("mum")), "user:mum", None),
        (MessagingRoom::Conversation(talk.clone()), "conversation:a%3Ab", Some(&talk)),
        (MessagingRoom::SchoolAdmins(org("s1")), "school:s1:admins", None),
        (MessagingRoom::DistrictAdmins(org("d1")), "district:d1:admins", None),
    ] {
        assert_eq!(room.room().as_str(), written);
        assert_eq!(room.conversation(), conversation);
        assert_eq!(MessagingRoom::read(&room.room()), Some(room));
    }
    for other in ["class:c1", "school:s1", "school:s1:counselors", "conversation:a:b"] {
        assert_eq!(MessagingRoom::read(&Room::parse(other).unwrap()), None, "{other}");
    }
}
