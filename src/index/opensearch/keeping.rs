//! Which generation of a cluster serves from now on, and which are removed.

use std::path::Path;
use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::index::IndexError;
use crate::index::opensearch::client::Request;
use crate::index::opensearch::layout::{self, Meta};
use crate::index::opensearch::place::{ClusterIndex, Listed};
use crate::index::opensearch::{pieces, thread};

/// A generation that was never completed is taken for what a crash left when it is this old.
const LEFT_OVER: Duration = Duration::from_secs(24 * 3600);

/// So often the aliases are moved anew if somebody else moves them at the same time.
const ATTEMPTS: usize = 5;

impl ClusterIndex {
    /// Makes a generation the one that serves, at once; the one in `held` is held back, or none is. If somebody else
    /// does the same, who comes last wins.
    pub(in crate::index) fn lead_to(
        &self,
        generation: &str,
        held: Option<&str>,
    ) -> Result<(), IndexError> {
        let aliases = [self.alias().to_owned(), layout::held_alias(self.alias())];
        let wanted = [Some(generation), held];
        let mut left = ATTEMPTS;
        loop {
            let mut actions = Vec::new();
            for ((alias, to), before) in aliases.iter().zip(wanted).zip(self.all_leads()?) {
                for from in before.iter().filter(|from| to != Some(from.as_str())) {
                    let from = self.index_of(from);
                    // Refused with all the rest if somebody else was quicker.
                    let remove = json!({"index": from, "alias": alias, "must_exist": true});
                    actions.push(json!({"remove": remove}));
                }
                if let Some(to) = to {
                    actions.push(json!({"add": {"index": self.index_of(to), "alias": alias}}));
                }
            }
            left -= 1;
            match self.change_aliases(&actions) {
                Ok(()) => {}
                Err(_) if left > 0 => continue,
                Err(error) => return Err(error),
            }
            // Two who found none may both have added theirs. Where that can't be seen now, it is done all the same.
            let Ok([now, _]) = self.all_leads() else {
                return Ok(());
            };
            if left == 0 || now.len() < 2 || !now.iter().any(|name| name == generation) {
                return Ok(());
            }
        }
    }

    /// Removes the generations that are not kept: beside the current one and what is held back, the one that served
    /// before and the newest others, so many as the settings say, and what was still served a while ago, for servers
    /// take some time to open the next. What can't be removed only takes space.
    pub(super) fn sweep(&self, current: &str, before: Option<&str>) {
        let Ok((listed, leads)) = self.listed().and_then(|all| Ok((all, self.leads()?))) else {
            return;
        };
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now = now.unwrap_or_default();
        let is_older = |at: u64, than: Duration| now.saturating_sub(Duration::from_secs(at)) > than;
        let (grace, spares) = (
            self.client().settings().grace,
            self.client().settings().spares,
        );
        let published = |one: &Listed| one.is_complete().then_some(one.meta.published);
        let published: Vec<u64> = listed.iter().filter_map(published).collect();
        // Whoever served it has had some time to open what came after it.
        let is_left = |one: &Listed| {
            let later = published.iter().filter(|&&at| at > one.meta.published);
            grace.is_zero() || later.min().is_some_and(|&next| is_older(next, grace))
        };
        let (complete, unfinished): (Vec<Listed>, Vec<Listed>) = listed
            .into_iter()
            .filter(|one| one.generation != current && !leads.has(&one.generation))
            .partition(Listed::is_complete);
        let mut spare = complete;
        spare.sort_by_key(|one| Some(one.generation.as_str()) != before);
        let too_many = spare.into_iter().skip(spares).filter(is_left);
        let left_over = unfinished
            .into_iter()
            .filter(|one| is_older(one.made, LEFT_OVER));
        for one in too_many.chain(left_over) {
            self.remove_unless_led(&one.generation);
        }
    }

    /// Removes a generation, unless somebody has made it serve, or gone back to it, meanwhile.
    pub(super) fn remove_unless_led(&self, generation: &str) {
        if !self.leads().is_ok_and(|leads| !leads.has(generation)) {
            return;
        }
        let index = self.index_of(generation);
        let knowledge = layout::knowledge_name(&index);
        let request = Request::delete(format!("{index},{knowledge}?ignore_unavailable=true"));
        let client = self.client().clone();
        if let Err(error) = thread::wait(async move { client.write(request).await }) {
            tracing::warn!(%error, index, "can't remove an index that is not needed any more");
        }
    }

    /// Takes the aliases away by which a generation was filled.
    pub(super) fn end_filling(&self, generation: &str) -> Result<(), IndexError> {
        let index = self.index_of(generation);
        let knowledge = layout::knowledge_name(&index);
        let actions = [index, knowledge]
            .map(|index| json!({"remove": {"alias": layout::filling(&index), "index": index}}));
        self.change_aliases(&actions)
    }

    fn change_aliases(&self, actions: &[serde_json::Value]) -> Result<(), IndexError> {
        let request = Request::post("_aliases").json(&json!({"actions": actions}));
        let client = self.client().clone();
        let answer = thread::wait(async move { client.write(request).await })?;
        match answer.is_missing() {
            true => Err(answer.refused().into()),
            false => Ok(()),
        }
    }

    /// Writes down that a generation is complete.
    pub(super) fn seal_with(
        &self,
        generation: &str,
        meta: &Meta,
        folder: &Path,
    ) -> Result<(), IndexError> {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let meta = Meta {
            manifest: Some(pieces::seal(folder)?),
            published: now.unwrap_or_default().as_secs(),
            ..meta.clone()
        };
        let request = Request::put(format!("{}/_mapping", self.index_of(generation)))
            .json(&json!({"_meta": {"jida": meta}}));
        let client = self.client().clone();
        thread::wait(async move { client.write(request).await })?;
        Ok(())
    }
}
