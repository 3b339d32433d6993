//! The environment of a worker: what llama.cpp and its threads read once, when they start. Knows no worker.

use super::super::gguf::Shape;

/// Rounds that a waiting thread of a worker spins. libgomp's own number, 300 000, was no faster on a quiet computer
/// and up to twice as slow beside one busy program, where a thread spins while the one that it waits for has no
/// processor.
const SPINS: u32 = 1000;

/// The variables of a worker with a model of this shape, besides those that every program gets. Nothing of the user's
/// OpenMP settings is among those.
pub(super) fn environment(shape: &Shape) -> Vec<(String, String)> {
    let tiled = u32::from(pays_tiled(shape));
    let variables = [
        // Messages of the system are searched for and shown, whatever the user's language.
        ("LC_ALL", "C".to_owned()),
        // Without this an abort starts a debugger where there is one.
        ("GGML_NO_BACKTRACE", "1".to_owned()),
        ("GOMP_SPINCOUNT", SPINS.to_string()),
        ("GGML_CPU_TILED_MM", tiled.to_string()),
    ];
    let owned = |(name, value): (&str, String)| (name.to_owned(), value);
    variables.into_iter().map(owned).collect()
}

/// Whether llama.cpp's tiled products of formats with blocks of 256 elements pay. They make prompts faster and the tokens
/// of eight lanes slower; where most of the model is in other formats, too little of a prompt is won.
fn pays_tiled(shape: &Shape) -> bool {
    shape.super_block_bytes >= shape.tensor_bytes / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_tiled_where_most_of_a_model_can_be() {
        let tiled = |super_block_bytes| {
            let shape = Shape {
                super_block_bytes,
                tensor_bytes: 100,
                ..Shape::default()
            };
            let variables = environment(&shape).into_iter();
            let of_tiles = variables.filter(|(name, _)| name == "GGML_CPU_TILED_MM");
            of_tiles.map(|(_, value)| value).collect::<String>()
        };
        assert_eq!(tiled(18), "0");
        assert_eq!(tiled(90), "1");
    }
}
