//! The dispatcher against an oracle: random graphs, outcomes, lanes and orders of completion.

use std::collections::BTreeMap;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::event::{Artifact, Event, State};
use crate::graph::{Graph, model_groups};
use crate::id::NodeId;
use crate::plan::On;

/// What the test's runner makes of a node.
#[derive(Clone, Debug)]
enum Fate {
    Cached,
    Denied,
    /// Succeeds at this attempt.
    DoneAt(u32),
    Fails(State),
}

#[derive(Clone, Debug)]
struct Case {
    needs: Vec<Vec<(NodeId, On)>>,
    fates: Vec<Fate>,
    lanes: Vec<usize>,
    costs: Vec<u32>,
    attempts: Vec<u32>,
    models: Vec<Option<usize>>,
    jobs: u32,
    picks: Vec<u8>,
}

const ROLES: [&str; 3] = ["coder", "embedder", "router"];
const MODEL: LaneId = LaneId(1);

impl Case {
    fn work(&self) -> Work {
        let graph = Graph::from_needs(self.needs.clone());
        let loads = model_groups(&graph, |node| self.models[node.index()].map(|m| ROLES[m]));
        let load_of = |node| {
            loads
                .groups
                .iter()
                .position(|group| group.nodes.contains(&node))
        };
        let tasks = graph
            .nodes()
            .map(|node| {
                let i = node.index();
                let load = load_of(node);
                let lane = if load.is_some() {
                    MODEL
                } else {
                    LaneId([0, 2][self.lanes[i]])
                };
                let (attempts, cost) = (self.attempts[i], self.costs[i]);
                let (id, chunk) = (format!("n{i}"), "shell".to_owned());
                Task {
                    id,
                    chunk,
                    lane,
                    cost,
                    attempts,
                    backoff: Duration::ZERO,
                    load,
                }
            })
            .collect();
        let lane = |name: &str, depth, takes_job| Lane {
            name: name.to_owned(),
            depth,
            takes_job,
        };
        Work {
            graph,
            tasks,
            lanes: vec![
                lane("tool", 8, true),
                lane("model", 1, false),
                lane("db", 2, true),
            ],
            loads: loads.groups.into_iter().map(|group| group.model).collect(),
        }
    }

    /// The final state of every node when nothing stops the run, by definition.
    fn oracle(&self) -> Vec<State> {
        let mut states: Vec<State> = Vec::new();
        for (i, needs) in self.needs.iter().enumerate() {
            let unmet = needs.iter().find(|(need, on)| match on {
                On::Success => !states[need.index()].is_success(),
                On::Failure => !states[need.index()].is_failure(),
                On::Always => false,
            });
            states.push(match (unmet, &self.fates[i]) {
                (Some((need, _)), _) => State::Skipped {
                    by: format!("n{}", need.0),
                },
                (None, Fate::Cached) => State::Cached,
                (None, Fate::Denied) => State::Denied,
                (None, Fate::DoneAt(at)) if *at <= self.attempts[i] => State::Done,
                (None, Fate::DoneAt(_)) => State::Failed,
                (None, Fate::Fails(state)) => state.clone(),
            });
        }
        states
    }
}

struct Fake<'a> {
    case: &'a Case,
    started: Sender<(NodeId, u32)>,
    prefetched: Vec<String>,
}

impl Runner for Fake<'_> {
    fn lookup(&mut self, node: NodeId) -> Verdict {
        match self.case.fates[node.index()] {
            Fate::Cached => Verdict::Cached {
                artifacts: Vec::new(),
                detail: String::new(),
            },
            Fate::Denied => Verdict::Denied("not allowed".to_owned()),
            _ => Verdict::Run,
        }
    }

    fn start(&mut self, node: NodeId, attempt: u32) {
        self.started.send((node, attempt)).unwrap();
    }

    fn prefetch(&mut self, model: &str) {
        self.prefetched.push(model.to_owned());
    }

    fn finished(&mut self, _: NodeId, _: &[Artifact]) {}

    fn cancel(&mut self, _: bool) {}
}

/// Ends attempts in an order that `picks` decides.
fn complete(case: &Case, started: &Receiver<(NodeId, u32)>, ended: &Sender<Input>) {
    let mut picks = case.picks.iter().cycle();
    let mut running = Vec::new();
    loop {
        running.extend(started.try_iter());
        if running.is_empty() {
            let Ok(first) = started.recv() else { return };
            running.push(first);
        }
        let pick = usize::from(*picks.next().unwrap()) % running.len();
        let (node, attempt) = running.swap_remove(pick);
        let state = match &case.fates[node.index()] {
            Fate::DoneAt(at) if attempt >= *at => State::Done,
            Fate::Fails(state) => state.clone(),
            _ => State::Failed,
        };
        let (detail, artifacts) = (String::new(), Vec::new());
        let input = Input::Ended(
            node,
            Ended {
                state,
                detail,
                artifacts,
                is_final: false,
                elapsed: Duration::ZERO,
            },
        );
        if ended.send(input).is_err() {
            return;
        }
    }
}

fn play(case: &Case, keep_going: bool, interrupt: bool) -> Vec<Event> {
    play_and_prefetch(case, keep_going, interrupt).0
}

/// The events, and the models that the runner was told to prepare.
fn play_and_prefetch(case: &Case, keep_going: bool, interrupt: bool) -> (Vec<Event>, Vec<String>) {
    let work = case.work();
    let (mut events, mut prefetched) = (Vec::new(), Vec::new());
    std::thread::scope(|scope| {
        let (started, starts) = channel();
        let (ended, inputs) = channel();
        if interrupt {
            ended.send(Input::Interrupt).unwrap();
        }
        scope.spawn(move || complete(case, &starts, &ended));
        let mut runner = Fake {
            case,
            started,
            prefetched: Vec::new(),
        };
        let policy = Policy {
            jobs: case.jobs,
            keep_going,
        };
        dispatch(
            &work,
            policy,
            &mut runner,
            &inputs,
            &|| Duration::ZERO,
            &mut |event| events.push(event),
        );
        prefetched = runner.prefetched;
    });
    (events, prefetched)
}

fn final_states(events: &[Event], count: usize) -> Vec<State> {
    let mut states = vec![State::Waiting; count];
    for event in events {
        if let Event::Node { node, state, .. } = event {
            assert!(!states[node.index()].is_final(), "a final state is final");
            states[node.index()] = state.clone();
        }
    }
    states
}

/// Replays the events and checks what must hold at every moment.
fn check_moments(case: &Case, events: &[Event]) -> Result<(), TestCaseError> {
    let work = case.work();
    let mut states = vec![State::Waiting; case.needs.len()];
    for event in events {
        let Event::Node { node, state, .. } = event else {
            continue;
        };
        if *state == State::Running {
            for (need, _) in &case.needs[node.index()] {
                prop_assert!(
                    states[need.index()].is_final(),
                    "{node:?} started before {need:?} ended"
                );
            }
        }
        states[node.index()] = state.clone();
        let mut used: BTreeMap<usize, u32> = BTreeMap::new();
        let (mut jobs, mut models) = (0, 0);
        for (task, _) in work
            .tasks
            .iter()
            .zip(&states)
            .filter(|(_, s)| **s == State::Running)
        {
            let depth = work.lanes[task.lane.0].depth;
            *used.entry(task.lane.0).or_default() += task.cost.min(depth);
            jobs += u32::from(work.lanes[task.lane.0].takes_job);
            models += u32::from(task.load.is_some());
        }
        prop_assert!(
            used.iter()
                .all(|(&lane, &used)| used <= work.lanes[lane].depth)
        );
        prop_assert!(jobs <= case.jobs);
        prop_assert!(models <= 1, "one model decodes at a time");
    }
    Ok(())
}

fn loads(events: &[Event]) -> usize {
    events
        .iter()
        .filter(|event| matches!(event, Event::ModelLoaded { .. }))
        .count()
}

fn fates() -> impl Strategy<Value = Fate> {
    prop_oneof![
        6 => (1_u32..3).prop_map(Fate::DoneAt),
        2 => Just(Fate::Cached),
        1 => Just(Fate::Denied),
        1 => prop_oneof![Just(State::Failed), Just(State::TimedOut), Just(State::Truncated)]
            .prop_map(Fate::Fails),
    ]
}

fn cases() -> impl Strategy<Value = Case> {
    (1_usize..24).prop_flat_map(|count| {
        let needs: Vec<_> = (0..count)
            .map(|i| {
                let on = prop_oneof![8 => Just(On::Success), 1 => Just(On::Failure), 1 => Just(On::Always)];
                proptest::collection::btree_map(0..u32::try_from(i.max(1)).unwrap(), on, 0..=i.min(4)).prop_map(
                    move |needs| {
                        let earlier = needs.into_iter().filter(|(n, _)| (*n as usize) < i);
                        earlier.map(|(n, on)| (NodeId(n), on)).collect::<Vec<_>>()
                    },
                )
            })
            .collect();
        let each = |range: std::ops::Range<u32>| proptest::collection::vec(range, count);
        let models = proptest::collection::vec(proptest::option::weighted(0.4, 0_usize..3), count);
        (
            needs,
            proptest::collection::vec(fates(), count),
            proptest::collection::vec(0_usize..2, count),
            each(1..4),
            each(1..3),
            models,
            1_u32..9,
            proptest::collection::vec(any::<u8>(), 1..16),
        )
            .prop_map(|(needs, fates, lanes, costs, attempts, models, jobs, picks)| Case {
                needs,
                fates,
                lanes,
                costs,
                attempts,
                models,
                jobs,
                picks,
            })
    })
}

proptest! {
    #[test]
    fn every_node_ends_as_the_oracle_says(case in cases()) {
        let events = play(&case, true, false);
        check_moments(&case, &events)?;
        prop_assert_eq!(final_states(&events, case.needs.len()), case.oracle());
    }

    #[test]
    fn the_number_of_jobs_changes_nothing(case in cases(), jobs in 1_u32..9) {
        let other = Case { jobs, ..case.clone() };
        let (one, two) = (play(&case, true, false), play(&other, true, false));
        prop_assert_eq!(
            final_states(&one, case.needs.len()),
            final_states(&two, case.needs.len())
        );
    }

    #[test]
    fn loads_are_the_planned_ones_when_every_node_runs(case in cases()) {
        let fates = vec![Fate::DoneAt(1); case.needs.len()];
        let needs = case.needs.iter().map(|n| n.iter().map(|&(id, _)| (id, On::Success)).collect());
        let case = Case { fates, needs: needs.collect(), ..case };
        prop_assert_eq!(loads(&play(&case, true, false)), case.work().loads.len());
    }

    #[test]
    fn a_failure_stops_everything_but_its_handlers(case in cases()) {
        let events = play(&case, false, false);
        check_moments(&case, &events)?;
        let states = final_states(&events, case.needs.len());
        prop_assert!(states.iter().all(State::is_final));
        let mut stopped = false;
        for event in &events {
            let Event::Node { node, state, .. } = event else { continue };
            let asks_for_failure = |i: usize| case.needs[i].iter().any(|(_, on)| *on != On::Success);
            if stopped && *state == State::Running && !follows(&case, *node, &asks_for_failure) {
                return Err(TestCaseError::fail(format!("{node:?} started after the run stopped")));
            }
            stopped |= state.is_failure();
        }
    }

    #[test]
    fn an_interrupt_leaves_nothing_waiting(case in cases()) {
        let events = play(&case, false, true);
        let states = final_states(&events, case.needs.len());
        prop_assert!(states.iter().all(State::is_final));
    }
}

#[test]
fn the_next_model_is_prepared_while_tools_run_and_only_if_it_is_needed() {
    // A coder's node, a tool, another coder's node; beside them a writer's node that may start at once.
    let case = |writer: Fate| Case {
        needs: [&[][..], &[0], &[1], &[]]
            .iter()
            .map(|needs| needs.iter().map(|n| (NodeId(*n), On::Success)).collect())
            .collect(),
        fates: vec![Fate::DoneAt(1), Fate::DoneAt(1), Fate::DoneAt(1), writer],
        lanes: vec![0; 4],
        costs: vec![1; 4],
        attempts: vec![1; 4],
        models: vec![Some(0), None, Some(0), Some(1)],
        jobs: 1,
        picks: vec![0],
    };
    let needed = case(Fate::DoneAt(1));
    assert_eq!(needed.work().loads, ["coder", "embedder"]);
    assert_eq!(play_and_prefetch(&needed, true, false).1, ["embedder"]);
    let in_place = case(Fate::Cached);
    assert!(play_and_prefetch(&in_place, true, false).1.is_empty());
}

/// Whether `node` or something before it satisfies `is_handler`.
fn follows(case: &Case, node: NodeId, is_handler: &dyn Fn(usize) -> bool) -> bool {
    is_handler(node.index())
        || case.needs[node.index()]
            .iter()
            .any(|(need, _)| follows(case, *need, is_handler))
}

#[test]
fn a_join_of_100_000_and_a_chain_of_100_000_end() {
    let count = 100_000_u32;
    let join = (0..count)
        .map(|_| Vec::new())
        .chain([(0..count).map(|i| (NodeId(i), On::Success)).collect()]);
    let chain = (0..count).map(|i| {
        i.checked_sub(1)
            .map(|n| (NodeId(n), On::Success))
            .into_iter()
            .collect()
    });
    for needs in [join.collect::<Vec<Vec<_>>>(), chain.collect()] {
        let count = needs.len();
        let case = Case {
            needs,
            fates: vec![Fate::Cached; count],
            lanes: vec![0; count],
            costs: vec![1; count],
            attempts: vec![1; count],
            models: vec![None; count],
            jobs: 2,
            picks: vec![0],
        };
        let states = final_states(&play(&case, false, false), count);
        assert!(states.iter().all(|state| *state == State::Cached));
    }
}
