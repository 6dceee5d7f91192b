//! Keys of entries: numbers with gaps between, so that an entry can come between two others without a new key for
//! all that follow. Corpus order is the order of keys.

/// Between keys that were given all at once, and beyond the first and the last: thirty entries one after another, each
/// before the one before it, find room there. As many entries as there can be fit into a cluster's whole numbers.
const GAP: u64 = 1 << 30;
/// The first key of a generation made from nothing: others may come before it.
const FIRST: u64 = 1 << 50;
/// No key is greater: a cluster's whole numbers have a sign.
const LAST: u64 = i64::MAX as u64;
/// Where there was no room, as much is made between any two, so that it is not wanted again soon.
const ROOM: u64 = 1 << 15;

/// The key of an entry of a generation that is made from nothing.
pub(super) fn key_at(position: u32) -> u64 {
    FIRST + u64::from(position) * GAP
}

/// Gives a key to each entry that has none. Those that have keep theirs, which must ascend, but for the fewest that
/// must move where there is no room between them.
pub(super) fn fill(keys: &[Option<u64>]) -> Vec<u64> {
    let mut filled: Vec<u64> = Vec::with_capacity(keys.len());
    let mut done = 0;
    while let Some(key) = keys.get(done) {
        match key {
            Some(key) => {
                filled.push(*key);
                done += 1;
            }
            None => done = fill_gap(keys, &mut filled),
        }
    }
    filled
}

/// Gives keys to those that have none from the end of `filled` on; returns how many have theirs then.
fn fill_gap(keys: &[Option<u64>], filled: &mut Vec<u64>) -> usize {
    let end_from = |from: usize| {
        let without = keys[from..].iter().take_while(|key| key.is_none());
        from + without.count()
    };
    let (mut start, mut end) = (filled.len(), end_from(filled.len()));
    let mut least = 1;
    loop {
        let count = (end - start) as u64;
        let wanted = (count + 1).saturating_mul(GAP);
        let before = start.checked_sub(1).map(|before| filled[before]);
        let after = keys.get(end).copied().flatten();
        let (low, high) = match (before, after) {
            (Some(before), Some(after)) => (before, after),
            (Some(before), None) => (before, before.saturating_add(wanted).min(LAST)),
            (None, Some(after)) => (after.saturating_sub(wanted), after),
            (None, None) => {
                filled.clear();
                filled.extend((0..).map(key_at).take(keys.len()));
                return keys.len();
            }
        };
        let step = high.saturating_sub(low) / (count + 1);
        if step >= least {
            filled.truncate(start);
            filled.extend((1..=count).map(|number| low + step * number));
            return end;
        }
        least = ROOM;
        start = start.saturating_sub(1);
        if end < keys.len() {
            end = end_from(end + 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    #[derive(Debug, Clone)]
    enum Edit {
        Insert(usize, usize),
        Remove(usize),
        Move(usize, usize),
    }

    fn edit() -> impl Strategy<Value = Edit> {
        let place = 0..1000usize;
        prop_oneof![
            (place.clone(), 1..4usize).prop_map(|(at, count)| Edit::Insert(at, count)),
            // Again and again at one place.
            (0..2usize).prop_map(|at| Edit::Insert(at, 1)),
            place.clone().prop_map(Edit::Remove),
            (place.clone(), place).prop_map(|(from, to)| Edit::Move(from, to)),
        ]
    }

    /// After an edit; who moved has lost its key.
    fn after(edit: &Edit, keys: &[u64]) -> Vec<Option<u64>> {
        let mut keys: Vec<Option<u64>> = keys.iter().copied().map(Some).collect();
        match *edit {
            Edit::Insert(at, count) => {
                let at = at % (keys.len() + 1);
                keys.splice(at..at, vec![None; count]);
            }
            Edit::Remove(at) if !keys.is_empty() => {
                keys.remove(at % keys.len());
            }
            Edit::Move(from, to) if !keys.is_empty() => {
                keys.remove(from % keys.len());
                keys.insert(to % (keys.len() + 1), None);
            }
            Edit::Remove(_) | Edit::Move(..) => {}
        }
        keys
    }

    fn ascend(keys: &[u64]) -> bool {
        keys.windows(2).all(|two| two[0] < two[1]) && keys.last().is_none_or(|&last| last <= LAST)
    }

    fn moved(before: &[Option<u64>], now: &[u64]) -> usize {
        let pairs = before.iter().zip(now);
        pairs
            .filter(|(before, now)| before.is_some_and(|before| before != **now))
            .count()
    }

    proptest! {
        #[test]
        fn any_edits_keep_the_order_and_nearly_all_keys(
            entries in 0..50u32,
            edits in proptest::collection::vec(edit(), 0..300),
        ) {
            let mut keys: Vec<u64> = (0..entries).map(key_at).collect();
            let (mut given, mut lost) = (0, 0);
            for edit in &edits {
                let wanted = after(edit, &keys);
                given += wanted.iter().filter(|key| key.is_none()).count();
                keys = fill(&wanted);
                prop_assert_eq!(keys.len(), wanted.len());
                prop_assert!(ascend(&keys), "{:?}", keys);
                lost += moved(&wanted, &keys);
            }
            prop_assert!(lost <= 4 * given, "{} of {}", lost, given);
        }
    }

    #[test]
    fn where_there_is_room_nobody_moves() {
        let wanted = [None, Some(key_at(0)), None, None, Some(key_at(1)), None];
        let keys = fill(&wanted);
        assert!(ascend(&keys), "{keys:?}");
        assert_eq!(moved(&wanted, &keys), 0);
        assert_eq!(fill(&[None, None]), [key_at(0), key_at(1)]);
        assert!(fill(&[]).is_empty());
    }

    #[test]
    fn where_there_is_none_only_those_beside_move() {
        let mut wanted: Vec<Option<u64>> = (0..1000).map(|at| Some(key_at(at))).collect();
        wanted.splice(
            501..501,
            [Some(key_at(500) + 1), None, Some(key_at(500) + 2)],
        );
        let keys = fill(&wanted);
        assert!(ascend(&keys), "{keys:?}");
        assert!((1..=6).contains(&moved(&wanted, &keys)));
    }

    #[test]
    fn at_the_ends_of_all_numbers_there_is_room_too() {
        for wanted in [
            vec![Some(LAST - 1), Some(LAST), None, None],
            vec![None, None, Some(1), Some(2), Some(key_at(9))],
            vec![None, Some(1), Some(LAST), None],
        ] {
            let keys = fill(&wanted);
            assert!(ascend(&keys) && keys[0] > 0, "{wanted:?} {keys:?}");
        }
    }
}
