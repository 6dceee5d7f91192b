//! Where the texts of candidates lie that an engine had to send for.

use std::sync::{Arc, OnceLock};

/// Keeps what was fetched as long as somebody reads it: texts of candidates are read where they lie, and those of
/// the embedded engine lie in its files. Empty, it takes no memory of its own.
#[derive(Debug, Default)]
pub struct Fetched(OnceLock<Box<(Records, Fetched)>>);

/// What came with one answer.
type Records = Vec<Arc<[u8]>>;

impl Fetched {
    /// Keeps what came with one more answer.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "the embedded engine fetches nothing")
    )]
    pub(super) fn keep(&self, mut records: Records) -> &[Arc<[u8]>] {
        let mut last = self;
        loop {
            match last.0.set(Box::new((records, Fetched::default()))) {
                Ok(()) => return last.0.get().map_or(&[], |kept| &kept.0),
                Err(refused) => records = refused.0,
            }
            if let Some(kept) = last.0.get() {
                last = &kept.1;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_first_stays_while_more_comes() {
        let fetched = Fetched::default();
        let records = |byte: u8| vec![Arc::from([byte])];
        let (one, two) = (fetched.keep(records(1)), fetched.keep(records(2)));
        assert_eq!((one, two), (&records(1)[..], &records(2)[..]));
    }
}
