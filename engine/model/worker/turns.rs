//! Which talks get a token in the next batch: all, or some in turn where all would be dear. Knows no talk.

/// Tokens from which on llama.cpp's tiled products take them by sixteen (`ggml-cpu/tiled/tiled.cpp`): eight take as long
/// as sixteen. Fewer are taken one by one.
const TILED_FROM: usize = 8;
/// Most talks that go faster in turns of fewer than [`TILED_FROM`]. 7B shape, tokens a second: eight at once 6 to 8, seven
/// of eight in turn 8.4 to 9.3, twelve at once 11, sixteen 13.
const MOST_IN_TURNS: usize = 9;

/// Those of the talks `ready` that are in batch number `step`. Each comes as often as any other.
pub(super) fn turn(mut ready: Vec<u32>, step: u64, tiled: bool) -> Vec<u32> {
    if tiled && (TILED_FROM..=MOST_IN_TURNS).contains(&ready.len()) {
        let step = usize::try_from(step).unwrap_or(0) % ready.len();
        let left_off = step * (TILED_FROM - 1) % ready.len();
        ready.rotate_left(left_off);
        ready.truncate(TILED_FROM - 1);
    }
    ready
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eight_and_nine_talks_come_equally_often_and_others_at_once() {
        for talks in [8_u32, 9] {
            let mut tokens = vec![0; talks as usize];
            for step in 100..100 + u64::from(talks) {
                let turn = turn((0..talks).collect(), step, true);
                assert_eq!(turn.len(), 7);
                for talk in turn {
                    tokens[talk as usize] += 1;
                }
            }
            assert_eq!(tokens, vec![7; talks as usize]);
        }
        for (talks, tiled) in [(7, true), (10, true), (16, true), (8, false)] {
            let all: Vec<u32> = (0..talks).collect();
            assert_eq!(turn(all.clone(), 3, tiled), all);
        }
    }
}
