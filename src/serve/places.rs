//! Room for connections: so many in all, and so many from one client.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use ipnet::IpNet;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use crate::serve::client::Client;
use crate::serve::settings::Settings;

/// Counts connections.
#[derive(Debug)]
pub(super) struct Places {
    all: Arc<Semaphore>,
    of_one: usize,
    /// Many stand behind each of these.
    proxies: Vec<IpNet>,
    taken: Taken,
}

/// How many connections each client has open.
type Taken = Arc<Mutex<HashMap<Client, usize>>>;

/// A connection's place, given back when it is dropped.
#[derive(Debug)]
pub(super) struct Place {
    _permit: OwnedSemaphorePermit,
    client: Option<(Client, Taken)>,
}

impl Places {
    pub(super) fn new(settings: &Settings) -> Places {
        Places {
            all: Arc::new(Semaphore::new(settings.max_connections)),
            of_one: settings.max_connections_per_client,
            proxies: settings.trusted_proxies.clone(),
            taken: Arc::default(),
        }
    }

    /// Waits until there is room for another connection, whoever's.
    ///
    /// # Errors
    /// None at present: nobody closes the semaphore.
    pub(super) async fn room(&self) -> Result<OwnedSemaphorePermit, AcquireError> {
        self.all.clone().acquire_owned().await
    }

    /// The place of a connection from `peer`; `None` if as many as one client may have are open already.
    pub(super) fn take(&self, permit: OwnedSemaphorePermit, peer: IpAddr) -> Option<Place> {
        let peer = peer.to_canonical();
        if self.proxies.iter().any(|network| network.contains(&peer)) {
            return Some(Place {
                _permit: permit,
                client: None,
            });
        }
        let client = Client::at(peer);
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry(client).or_default();
        if *count >= self.of_one {
            return None;
        }
        *count += 1;
        Some(Place {
            _permit: permit,
            client: Some((client, self.taken.clone())),
        })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let Some((client, taken)) = &self.client else {
            return;
        };
        let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(client) {
            *count -= 1;
            if *count == 0 {
                taken.remove(client);
            }
        }
    }
}
