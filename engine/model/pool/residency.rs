//! Which models stay in memory: what may be loaded now, and who has to leave for it. Knows no process.

use std::time::Duration;

/// What is known of a model's memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// What it takes once loaded, in KiB.
    pub(super) need_kib: u64,
    /// Whether it leaves only when nobody else can.
    pub(super) keep: bool,
    pub(super) presence: Presence,
}

/// Whether a model is in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    Absent,
    /// It is needed by a talk.
    Busy,
    /// Nobody has needed it for this long.
    Idle(Duration),
    /// It was told to go and still has its memory.
    Leaving,
}

/// What to do for a model that is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Admission {
    /// It is there.
    Here,
    /// Load it: there is room.
    Load,
    /// Tell these to go, then ask again.
    Evict(Vec<usize>),
    /// Ask again when something has changed.
    Wait,
    /// It never fits.
    TooLarge,
}

/// Decides about `wanted` such that what is in memory never takes more than `budget_kib` together. Only idle models
/// leave, no more of them than it takes: those that were not needed for longest first, those to keep last.
pub(super) fn admit(places: &[Place], wanted: usize, budget_kib: u64) -> Admission {
    let need = places[wanted].need_kib;
    match places[wanted].presence {
        Presence::Busy | Presence::Idle(_) => return Admission::Here,
        Presence::Leaving => return Admission::Wait,
        Presence::Absent if need > budget_kib => return Admission::TooLarge,
        Presence::Absent => {}
    }
    let taken = |counts: &dyn Fn(&Place) -> bool| -> u64 {
        let counted = places.iter().filter(|place| counts(place));
        counted.fold(0, |sum, place| sum.saturating_add(place.need_kib))
    };
    let room = budget_kib - need;
    if taken(&|place| place.presence != Presence::Absent) <= room {
        return Admission::Load;
    }
    let staying = |place: &Place| matches!(place.presence, Presence::Busy | Presence::Idle(_));
    match taken(&staying).checked_sub(room) {
        // Those that are leaving make the room.
        None | Some(0) => Admission::Wait,
        Some(missing) => victims(places, missing).map_or(Admission::Wait, Admission::Evict),
    }
}

/// Idle models that together take `missing_kib` or more; nothing where all of them take less.
fn victims(places: &[Place], missing_kib: u64) -> Option<Vec<usize>> {
    let mut idle: Vec<(bool, Duration, usize)> = places
        .iter()
        .enumerate()
        .filter_map(|(index, place)| match place.presence {
            Presence::Idle(since) => Some((place.keep, since, index)),
            _ => None,
        })
        .collect();
    idle.sort_by(|one, other| (one.0, other.1, one.2).cmp(&(other.0, one.1, other.2)));
    let need = |index: usize| places[index].need_kib;
    let mut freed: u64 = 0;
    let mut leaving = Vec::new();
    for (_, _, index) in idle {
        if freed >= missing_kib {
            break;
        }
        freed = freed.saturating_add(need(index));
        leaving.push(index);
    }
    if freed < missing_kib {
        return None;
    }
    // A large one at the end can make a small one before it unnecessary.
    for at in (0..leaving.len()).rev() {
        let without = freed - need(leaving[at]);
        if without >= missing_kib {
            freed = without;
            leaving.remove(at);
        }
    }
    Some(leaving)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn place(need_kib: u64, presence: Presence) -> Place {
        Place {
            need_kib,
            keep: false,
            presence,
        }
    }

    fn idle(seconds: u64) -> Presence {
        Presence::Idle(Duration::from_secs(seconds))
    }

    #[test]
    fn the_one_not_needed_for_longest_leaves() {
        let places = [
            place(4, idle(1)),
            place(4, idle(9)),
            place(4, Presence::Busy),
            place(4, Presence::Absent),
        ];
        assert_eq!(admit(&places, 3, 16), Admission::Load);
        assert_eq!(admit(&places, 3, 12), Admission::Evict(vec![1]));
        assert_eq!(admit(&places, 3, 8), Admission::Evict(vec![1, 0]));
        assert_eq!(admit(&places, 3, 7), Admission::Wait);
        assert_eq!(admit(&places, 3, 3), Admission::TooLarge);
        assert_eq!(admit(&places, 2, 3), Admission::Here);
    }

    #[test]
    fn nobody_else_leaves_while_one_that_leaves_makes_the_room() {
        let places = [
            place(4, Presence::Leaving),
            place(4, idle(9)),
            place(4, Presence::Absent),
        ];
        assert_eq!(admit(&places, 2, 8), Admission::Wait);
        assert_eq!(admit(&places, 0, 8), Admission::Wait);
    }

    #[test]
    fn a_model_to_keep_leaves_last_and_a_small_one_not_in_vain() {
        let mut places = [
            place(1, idle(9)),
            place(2, idle(5)),
            place(8, idle(1)),
            place(8, Presence::Absent),
        ];
        assert_eq!(admit(&places, 3, 11), Admission::Evict(vec![2]));
        places[0].keep = true;
        assert_eq!(admit(&places, 3, 17), Admission::Evict(vec![1]));
        assert_eq!(admit(&places, 3, 8), Admission::Evict(vec![1, 2, 0]));
    }

    /// What the indices in `set` take together.
    fn sum(places: &[Place], set: &[usize]) -> u64 {
        set.iter().map(|index| places[*index].need_kib).sum()
    }

    fn any_place() -> impl Strategy<Value = Place> {
        let presence = prop_oneof![
            Just(Presence::Absent),
            Just(Presence::Busy),
            Just(Presence::Leaving),
            (0_u64..6).prop_map(idle),
        ];
        (1_u64..10, any::<bool>(), presence).prop_map(|(need_kib, keep, presence)| Place {
            need_kib,
            keep,
            presence,
        })
    }

    proptest! {
        /// Every subset of the idle models is tried as an oracle.
        #[test]
        fn a_decision_is_the_best_of_all_possible_ones(
            places in prop::collection::vec(any_place(), 1..6),
            budget in 1_u64..30,
        ) {
            let all: Vec<usize> = (0..places.len()).collect();
            let with = |wanted: &dyn Fn(Presence) -> bool| -> Vec<usize> {
                let chosen = all.iter().filter(|index| wanted(places[**index].presence));
                chosen.copied().collect()
            };
            let idle = with(&|presence| matches!(presence, Presence::Idle(_)));
            let present = sum(&places, &with(&|presence| presence != Presence::Absent));
            let leaving = sum(&places, &with(&|presence| presence == Presence::Leaving));
            let need = places[0].need_kib;
            let subsets = (0..1_u32 << idle.len()).map(|bits| -> Vec<usize> {
                let members = idle.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1);
                members.map(|(_, index)| *index).collect()
            });
            let mut enough = subsets.filter(|set| present - leaving - sum(&places, set) + need <= budget);
            let order = |index: usize| {
                let Presence::Idle(since) = places[index].presence else { panic!("{index} is not idle") };
                (places[index].keep, std::cmp::Reverse(since), index)
            };
            match admit(&places, 0, budget) {
                Admission::Here => prop_assert!(matches!(places[0].presence, Presence::Busy | Presence::Idle(_))),
                Admission::TooLarge => prop_assert!(need > budget),
                Admission::Load => {
                    prop_assert_eq!(places[0].presence, Presence::Absent);
                    prop_assert!(present + need <= budget);
                }
                Admission::Wait => {
                    let comes_free = leaving > 0 && present - leaving + need <= budget;
                    prop_assert!(places[0].presence == Presence::Leaving || comes_free || enough.next().is_none());
                }
                Admission::Evict(set) => {
                    let sufficient: Vec<_> = enough.collect();
                    let mut sorted = set.clone();
                    sorted.sort_unstable();
                    prop_assert!(sufficient.contains(&sorted));
                    // None of them leaves in vain.
                    for left_out in &set {
                        let rest: Vec<usize> = set.iter().copied().filter(|index| index != left_out).collect();
                        prop_assert!(present - leaving - sum(&places, &rest) + need > budget);
                    }
                    // No set does that spares its last member and all that come after it.
                    let last = set.iter().map(|index| order(*index)).max();
                    let before = |set: &Vec<usize>| set.iter().all(|index| Some(order(*index)) < last);
                    prop_assert!(!sufficient.iter().any(before));
                }
            }
        }

        /// Two models used in turn: one load each where both fit, else one for every change.
        #[test]
        fn loads_are_the_least_that_an_order_of_two_models_permits(
            order in prop::collection::vec(0_usize..2, 1..20),
            both_fit in any::<bool>(),
        ) {
            let mut places = [place(4, Presence::Absent), place(4, Presence::Absent)];
            let mut loads = 0;
            for (step, wanted) in order.iter().enumerate() {
                loop {
                    match admit(&places, *wanted, if both_fit { 8 } else { 7 }) {
                        Admission::Here => break,
                        Admission::Load => { loads += 1; break }
                        Admission::Evict(set) => for index in set {
                            places[index].presence = Presence::Absent;
                        },
                        other => prop_assert!(false, "{:?}", other),
                    }
                }
                places[*wanted].presence = idle(100 - step as u64);
            }
            let mut changes = order;
            changes.dedup();
            let least = if both_fit { changes.len().min(2) } else { changes.len() };
            prop_assert_eq!(loads, least);
        }
    }
}
