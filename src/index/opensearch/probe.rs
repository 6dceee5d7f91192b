//! Whether a generation can be asked.

use crate::index::IndexError;
use crate::index::opensearch::{OpenSearch, search, thread};

impl OpenSearch {
    /// Asks every shard for nothing: a cluster may know an index of which it has lost a part.
    pub(in crate::index) fn probe(&self) -> Result<(), IndexError> {
        let (client, index) = (self.client.clone(), self.index.clone());
        let asked = async move { search::all(&client, &index, &[search::anything()]).await };
        self.there(thread::wait(asked)?).map(|_| ())
    }
}
