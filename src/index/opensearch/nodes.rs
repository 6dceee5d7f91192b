//! Which node is asked, and which is left alone for a while: a circuit breaker for each.

use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::index::opensearch::connection::Address;

/// So many connections or answers in a row must fail before a node is left alone.
const FAILURES: u32 = 3;
/// For so long at first; twice as long each further time.
const PAUSE: Duration = Duration::from_millis(500);
/// For no longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// The nodes of a cluster.
#[derive(Debug)]
pub(super) struct Nodes {
    nodes: Vec<Node>,
    next: AtomicUsize,
}

#[derive(Debug)]
struct Node {
    address: Address,
    health: Mutex<Health>,
}

#[derive(Debug, Default)]
struct Health {
    failures: u32,
    left_alone_until: Option<Instant>,
}

impl Nodes {
    pub(super) fn new(addresses: Vec<Address>) -> Nodes {
        let node = |address| Node {
            address,
            health: Mutex::default(),
        };
        Nodes {
            nodes: addresses.into_iter().map(node).collect(),
            next: AtomicUsize::new(0),
        }
    }

    /// The address of a node.
    pub(super) fn address(&self, node: usize) -> &Address {
        &self.nodes[node].address
    }

    /// All addresses, for a person.
    pub(super) fn shown(&self) -> String {
        let nodes = self.nodes.iter().map(|node| node.address.shown());
        nodes.collect::<Vec<&str>>().join(", ")
    }

    /// Which nodes to ask, one after the other: another one first each time. A node whose pause is over is asked
    /// first by one caller, to see whether it is back; nobody else asks it before that is known. Empty if all are
    /// left alone.
    pub(super) fn order(&self) -> Vec<usize> {
        let now = Instant::now();
        let first = self.next.fetch_add(1, Ordering::Relaxed);
        let (mut probes, mut well) = (Vec::new(), Vec::new());
        for at in 0..self.nodes.len() {
            let node = first.wrapping_add(at) % self.nodes.len();
            let mut health = self.nodes[node].health();
            match health.left_alone_until {
                None => well.push(node),
                Some(until) if until <= now => {
                    health.left_alone_until = Some(now + pause(health.failures));
                    probes.push(node);
                }
                Some(_) => {}
            }
        }
        probes.append(&mut well);
        probes
    }

    /// Notes that a node answered, whatever it said.
    pub(super) fn answered(&self, node: usize) {
        *self.nodes[node].health() = Health::default();
    }

    /// Notes that a node did not, or not before another that was asked later.
    pub(super) fn failed(&self, node: usize) {
        let mut health = self.nodes[node].health();
        health.failures = health.failures.saturating_add(1);
        if health.failures >= FAILURES {
            health.left_alone_until = Some(Instant::now() + pause(health.failures));
        }
    }
}

impl Node {
    fn health(&self) -> std::sync::MutexGuard<'_, Health> {
        self.health.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn pause(failures: u32) -> Duration {
    let times = failures.saturating_sub(FAILURES).min(16);
    PAUSE.saturating_mul(1 << times).min(LONGEST_PAUSE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::index::opensearch::connection::address;

    fn nodes(count: u16) -> Nodes {
        let of = |port| address(&format!("http://127.0.0.1:{port}")).expect("an address");
        Nodes::new((1..=count).map(|port| of(port).0).collect())
    }

    #[test]
    fn everyone_takes_turns() {
        let nodes = nodes(3);
        let orders: Vec<Vec<usize>> = (0..3).map(|_| nodes.order()).collect();
        assert_eq!(orders, [[0, 1, 2], [1, 2, 0], [2, 0, 1]]);
    }

    #[test]
    fn a_node_that_fails_is_left_alone_and_then_asked_by_one_caller() {
        let nodes = nodes(2);
        for _ in 1..FAILURES {
            nodes.failed(1);
        }
        assert_eq!(nodes.order().len(), 2, "a slip is no outage");
        nodes.failed(1);
        assert_eq!(nodes.order(), [0]);
        std::thread::sleep(PAUSE + Duration::from_millis(20));
        assert_eq!(nodes.order(), [1, 0], "it may be back");
        assert_eq!(nodes.order(), [0], "nobody else tries meanwhile");
        nodes.answered(1);
        assert_eq!(nodes.order().len(), 2);
    }

    #[test]
    fn nobody_waits_for_a_cluster_that_is_gone() {
        let nodes = nodes(2);
        for node in [0, 1].repeat(FAILURES as usize) {
            nodes.failed(node);
        }
        assert!(nodes.order().is_empty());
        assert!(pause(FAILURES) < pause(FAILURES + 1));
        assert_eq!(pause(u32::MAX), LONGEST_PAUSE);
    }
}
