//! Whether a generation can be asked.

use serde_json::json;

use crate::index::IndexError;
use crate::index::opensearch::client::Request;
use crate::index::opensearch::{OpenSearch, thread};

impl OpenSearch {
    /// Asks every shard for nothing: a cluster may know an index of which it has lost a part.
    pub(in crate::index) fn probe(&self) -> Result<(), IndexError> {
        let nothing = json!({"size": 0, "query": {"term": {"id": ""}}});
        let path = format!("{}/_search?allow_partial_search_results=false", self.index);
        let client = self.client.clone();
        let request = Request::post(path).json(&nothing);
        let answer = thread::wait(async move { client.read(request).await })?;
        match answer.is_missing() {
            true => Err(answer.refused().into()),
            false => Ok(()),
        }
    }
}
