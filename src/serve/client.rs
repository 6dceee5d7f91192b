//! Whom a request comes from: the address at the other end of the connection, or the one that a trusted proxy names.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::http::{HeaderMap, header};
use ipnet::IpNet;

/// What proxies add for each hop, the nearest last.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The part of an IPv6 address that a provider gives to one customer, who may use all of the rest.
const ONE_CUSTOMER: u128 = !(u64::MAX as u128);

/// The address at the other end of the connection, which nobody can forge.
#[derive(Debug, Clone, Copy)]
pub(super) struct Peer(pub(super) IpAddr);

/// Whom a limit counts requests of: an IPv4 address, or an IPv6 network of 64 bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Client(IpAddr);

/// A header that names no address where one should stand.
#[derive(Debug)]
struct Malformed;

impl Client {
    /// Whoever is at this address.
    pub(super) fn at(address: IpAddr) -> Client {
        Client(match address.to_canonical() {
            IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & ONE_CUSTOMER).into(),
            address => address,
        })
    }

    /// Who sent a request that came from `peer`. Nobody in particular where that is this machine and no proxy is
    /// trusted there that names somebody: a limit would take all who are behind such a proxy for one.
    ///
    /// Of the addresses that a trusted proxy hands on, the nearest counts that is not itself a trusted proxy's;
    /// whatever stands before it may be made up. Headers that contradict each other, or name no address, are not
    /// believed.
    pub(super) fn of(peer: IpAddr, headers: &HeaderMap, trusted: &[IpNet]) -> Option<Client> {
        let peer = peer.to_canonical();
        let is_trusted = |address: IpAddr| trusted.iter().any(|network| network.contains(&address));
        if is_trusted(peer) {
            match (
                x_forwarded_for(headers, &is_trusted),
                forwarded(headers, &is_trusted),
            ) {
                (None, None) => {}
                (Some(Ok(named)), None) | (None, Some(Ok(named))) => {
                    return Some(Client::at(named));
                }
                (Some(Ok(one)), Some(Ok(other))) if one == other => return Some(Client::at(one)),
                _ => return Some(Client::at(peer)),
            }
        }
        (!peer.is_loopback()).then(|| Client::at(peer))
    }
}

type Named = Option<Result<IpAddr, Malformed>>;

fn x_forwarded_for(headers: &HeaderMap, is_trusted: &impl Fn(IpAddr) -> bool) -> Named {
    nearest(headers, X_FORWARDED_FOR, is_trusted, |hop| Some(hop))
}

fn forwarded(headers: &HeaderMap, is_trusted: &impl Fn(IpAddr) -> bool) -> Named {
    nearest(headers, header::FORWARDED.as_str(), is_trusted, |hop| {
        hop.split(';').find_map(|pair| {
            let (name, value) = pair.split_once('=')?;
            let is_for = name.trim().eq_ignore_ascii_case("for");
            is_for.then(|| value.trim().trim_matches('"'))
        })
    })
}

/// From the nearest hop on, the first that is no trusted proxy; the farthest if all are.
fn nearest(
    headers: &HeaderMap,
    name: &str,
    is_trusted: &impl Fn(IpAddr) -> bool,
    node: fn(&str) -> Option<&str>,
) -> Named {
    let mut farthest = None;
    for value in headers.get_all(name).iter().rev() {
        let Ok(hops) = value.to_str() else {
            return Some(Err(Malformed));
        };
        for hop in hops.rsplit(',') {
            let Some(address) = node(hop).and_then(address) else {
                return Some(Err(Malformed));
            };
            if !is_trusted(address) {
                return Some(Ok(address));
            }
            farthest = Some(Ok(address));
        }
    }
    farthest
}

/// An address as proxies write it: with or without a port, IPv6 in brackets or not.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
        .unwrap_or(text);
    let address = bare.parse::<IpAddr>().ok();
    let address = address.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()));
    address.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    /// Who sent what came from `peer` with these headers, behind proxies in `10.0.0.0/8` and on this machine.
    fn client(peer: &str, headers: &[(&'static str, &'static str)]) -> Option<String> {
        let trusted = ["10.0.0.0/8", "127.0.0.0/8", "::1/128"];
        let trusted = trusted.map(|network| network.parse().expect("a network"));
        let headers: HeaderMap = headers
            .iter()
            .map(|&(name, value)| {
                (
                    HeaderName::from_static(name),
                    HeaderValue::from_static(value),
                )
            })
            .collect();
        let peer = peer.parse().expect("an address");
        Client::of(peer, &headers, &trusted).map(|client| client.0.to_string())
    }

    #[test]
    fn a_client_is_the_nearest_address_that_is_no_trusted_proxy() {
        let xff = "x-forwarded-for";
        for (peer, headers, expected) in [
            ("203.0.113.7", &[][..], Some("203.0.113.7")),
            ("203.0.113.7", &[(xff, "198.51.100.1")], Some("203.0.113.7")),
            ("10.0.0.1", &[], Some("10.0.0.1")),
            ("127.0.0.1", &[], None),
            ("::1", &[], None),
            ("::ffff:127.0.0.1", &[], None),
            ("127.0.0.1", &[(xff, "198.51.100.1")], Some("198.51.100.1")),
            (
                "10.0.0.1",
                &[(xff, "1.1.1.1, 198.51.100.1")],
                Some("198.51.100.1"),
            ),
            (
                "10.0.0.1",
                &[(xff, "1.1.1.1,198.51.100.1 , 10.9.9.9")],
                Some("198.51.100.1"),
            ),
            (
                "10.0.0.1",
                &[(xff, "1.1.1.1"), (xff, "198.51.100.1")],
                Some("198.51.100.1"),
            ),
            ("10.0.0.1", &[(xff, "10.1.1.1, 10.2.2.2")], Some("10.1.1.1")),
            (
                "10.0.0.1",
                &[(xff, "198.51.100.1:4711")],
                Some("198.51.100.1"),
            ),
            (
                "10.0.0.1",
                &[(xff, "::ffff:198.51.100.1")],
                Some("198.51.100.1"),
            ),
            (
                "10.0.0.1",
                &[(xff, "<script>, 198.51.100.1")],
                Some("198.51.100.1"),
            ),
            (
                "10.0.0.1",
                &[(xff, "198.51.100.1, <script>")],
                Some("10.0.0.1"),
            ),
            ("10.0.0.1", &[(xff, "")], Some("10.0.0.1")),
            ("10.0.0.1", &[(xff, "unknown")], Some("10.0.0.1")),
            ("2001:db8:1:2:3:4:5:6", &[], Some("2001:db8:1:2::")),
            (
                "10.0.0.1",
                &[(xff, "[2001:db8:1:2:3:4:5:6]:80")],
                Some("2001:db8:1:2::"),
            ),
            (
                "10.0.0.1",
                &[(xff, "[2001:db8:1:2::9]")],
                Some("2001:db8:1:2::"),
            ),
            (
                "10.0.0.1",
                &[(
                    "forwarded",
                    "for=1.1.1.1, For=\"[2001:db8:1:2::9]:80\";proto=https",
                )],
                Some("2001:db8:1:2::"),
            ),
            (
                "10.0.0.1",
                &[("forwarded", "proto=https")],
                Some("10.0.0.1"),
            ),
            (
                "10.0.0.1",
                &[("forwarded", "for=_hidden")],
                Some("10.0.0.1"),
            ),
            (
                "10.0.0.1",
                &[(xff, "198.51.100.1"), ("forwarded", "for=198.51.100.1")],
                Some("198.51.100.1"),
            ),
            // One of them was handed on as a stranger wrote it.
            (
                "10.0.0.1",
                &[(xff, "198.51.100.1"), ("forwarded", "for=1.1.1.1")],
                Some("10.0.0.1"),
            ),
        ] {
            assert_eq!(
                client(peer, headers).as_deref(),
                expected,
                "{peer} {headers:?}"
            );
        }
    }
}
