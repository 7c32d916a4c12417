//! Which of a cluster's slots a key is in (Redis Cluster Specification, "Key distribution model").

/// The slots there are.
const SLOTS: u16 = 16_384;

/// How many parts of a cluster fail apart from each other: runs of neighbouring slots, as a node mostly has them.
pub(super) const PARTS: usize = 16;

/// The part that a key, or a channel, belongs to.
pub(super) fn part(key: &str) -> usize {
    usize::from(of(key.as_bytes())) * PARTS / usize::from(SLOTS)
}

/// The slot of a key: CRC16 (XMODEM) of what stands between the first pair of braces, if anything does, else of all of it.
fn of(key: &[u8]) -> u16 {
    let tag = || {
        let start = key.iter().position(|byte| *byte == b'{')? + 1;
        let (_, after) = key.split_at_checked(start)?;
        let end = after.iter().position(|byte| *byte == b'}').filter(|end| *end > 0)?;
        after.get(..end)
    };
    let mut crc = 0_u16;
    for byte in tag().unwrap_or(key) {
        crc ^= u16::from(*byte) << 8;
        for _ in 0..8 {
            crc = if crc & 0x8000 == 0 { crc << 1 } else { (crc << 1) ^ 0x1021 };
        }
    }
    crc % SLOTS
}

#[cfg(test)]
mod tests {
    use super::{of, part};

    /// As Redis itself answers `CLUSTER KEYSLOT`.
    #[test]
    fn slots_are_those_of_redis() {
        for (key, slot) in
            [("", 0), ("foo", 12_182), ("123456789", 12_739), ("{foo}bar", 12_182), ("foo{}", 5_542)]
        {
            assert_eq!(of(key.as_bytes()), slot, "{key}");
            assert_eq!(part(key), usize::from(slot / 1_024));
        }
    }
}
