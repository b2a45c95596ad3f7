//! How many connections one address holds. One more than that ends its oldest: nobody takes the places of everybody else, and nobody is
//! locked out by what a neighbour behind the same address leaves open.

use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// Several offices behind one address, with six connections a browser.
const OF_ONE: usize = 512;

type Held = HashMap<IpAddr, VecDeque<(u64, Arc<Notify>)>>;

#[derive(Clone, Default)]
pub(crate) struct Crowd(Arc<Mutex<(u64, Held)>>);

/// A connection's place among those of its address, until it is dropped.
pub(crate) struct Place {
    crowd: Crowd,
    whose: IpAddr,
    number: u64,
    asked: Arc<Notify>,
}

impl Crowd {
    pub fn enter(&self, address: IpAddr) -> Place {
        let whose = network(address);
        let asked = Arc::new(Notify::new());
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.0 += 1;
        let number = all.0;
        let held = all.1.entry(whose).or_default();
        if held.len() >= OF_ONE
            && let Some((_, oldest)) = held.pop_front()
        {
            oldest.notify_one();
        }
        held.push_back((number, asked.clone()));
        Place { crowd: self.clone(), whose, number, asked }
    }

    #[cfg(test)]
    fn addresses(&self) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).1.len()
    }
}

impl Place {
    /// Until a newer connection needs this place.
    pub async fn needed(&self) {
        self.asked.notified().await;
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut all = self.crowd.0.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(held) = all.1.get_mut(&self.whose) else { return };
        held.retain(|(number, _)| *number != self.number);
        if held.is_empty() {
            all.1.remove(&self.whose);
        }
    }
}

/// One IPv4 address, or the /64 that one household or office has.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(a) => {
            let [a, b, c, d, ..] = a.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;

    #[test]
    fn one_too_many_ends_the_oldest_of_the_same_address_alone() {
        let crowd = Crowd::default();
        let other = crowd.enter(IpAddr::from([192, 0, 2, 7]));
        let mut places: Vec<Place> = (0..OF_ONE)
            .map(|n| crowd.enter(if n % 2 == 0 { [198, 51, 100, 1].into() } else { "::ffff:198.51.100.1".parse().unwrap() }))
            .collect();
        assert!(places.iter().all(|p| p.needed().now_or_never().is_none()));
        let newest = crowd.enter([198, 51, 100, 1].into());
        assert!(places[0].needed().now_or_never().is_some(), "the oldest makes room");
        assert!(places[1..].iter().chain([&newest, &other]).all(|p| p.needed().now_or_never().is_none()), "and nobody else");
        places.clear();
        drop((newest, other));
        assert_eq!(crowd.addresses(), 0, "who has left is forgotten");
        assert_eq!(network("2001:db8:1:2::3".parse().unwrap()), network("2001:db8:1:2:9:9:9:9".parse().unwrap()));
        assert_ne!(network("2001:db8:1:2::3".parse().unwrap()), network("2001:db8:1:3::3".parse().unwrap()));
    }
}
