//! Needs against peaks that workers really had, and what is said when a model does not fit.

use super::super::gguf::{Layer, Shape};
use super::super::settings::{KvType, Settings};
use super::*;

/// Farthest that an estimate may be from a peak, in percent of it.
const TOLERANCE_PERCENT: u64 = 5;

fn qwen(
    layers: usize,
    heads: u64,
    kv_heads: u64,
    key_len: u64,
    embd: u64,
    feed_forward: u64,
    file: u64,
) -> Shape {
    Shape {
        architecture: "qwen2".to_owned(),
        name: "Qwen".to_owned(),
        embd,
        feed_forward,
        heads,
        layers: vec![
            Layer {
                kv_heads,
                key_len,
                value_len: key_len,
                ..Layer::default()
            };
            layers
        ],
        context_train: 32_768,
        vocab: 151_936,
        file_bytes: file,
        ..Shape::default()
    }
}

fn small() -> Shape {
    Shape {
        // As llama.cpp repacks it on x86-64: measured, 28 728 KiB.
        repackable_bytes: 28_728 << 10,
        ..qwen(24, 14, 2, 64, 896, 4864, 394_804_448)
    }
}

fn middle() -> Shape {
    Shape {
        repackable_bytes: 610_848 << 10,
        ..qwen(28, 12, 2, 128, 1536, 8960, 990_344_096)
    }
}

fn large() -> Shape {
    Shape {
        vocab: 152_064,
        ..qwen(28, 28, 4, 128, 3584, 18_944, 4_716_024_768)
    }
}

fn settings(context: u32, lanes: u32, prefill_slice: u32) -> Settings {
    Settings {
        context,
        lanes,
        kv: KvType::F16,
        threads: 2,
        prefill_threads: 2,
        prefill_slice,
        repack: false,
        tiled: false,
    }
}

/// Peaks of workers of a release build, every lane of which was full, with files of `tests/models/make.py`, in KiB
/// (`VmHWM`).
#[test]
fn needs_are_near_the_peaks_that_were_measured() {
    let q8 = |context, lanes, slice| Settings {
        kv: KvType::Q8_0,
        ..settings(context, lanes, slice)
    };
    let repacked = Settings {
        repack: true,
        tiled: false,
        ..settings(1024, 1, 64)
    };
    let measured = [
        (small(), settings(2048, 1, 64), 465_996),
        (small(), settings(2048, 1, 256), 503_004),
        (small(), settings(2048, 4, 128), 628_496),
        (small(), settings(512, 8, 128), 540_248),
        (middle(), repacked, 1_644_152),
        (large(), settings(512, 4, 64), 4_800_248),
        (small(), q8(512, 8, 128), 475_580),
        (large(), q8(512, 2, 64), 4_701_840),
    ];
    for (shape, settings, peak) in measured {
        let need = Need::of(&shape, &settings);
        let off = need.total().abs_diff(peak);
        assert!(
            off * 100 <= peak * TOLERANCE_PERCENT,
            "{need:?} = {} against {peak} with {settings:?}",
            need.total()
        );
    }
}

#[test]
fn windows_and_states_cost_what_they_keep() {
    let mut shape = qwen(2, 4, 1, 256, 640, 2048, 0);
    let one = settings(32_768, 1, 64);
    let whole = Need::of(&shape, &one).kv;
    shape.layers[0].is_windowed = true;
    shape.window = Some(512);
    let windowed = Need::of(&shape, &one).kv;
    // Four sequences of 512 and a batch of 65, in steps of 256, against 32 768 tokens.
    assert_eq!(whole - windowed, 32_768 - 2304);
    shape.layers[0] = Layer {
        state_bytes: 1 << 20,
        ..Layer::default()
    };
    assert_eq!(Need::of(&shape, &one).kv, whole / 2 + 4 * 1024);
}

#[test]
fn what_does_not_fit_is_said_with_numbers_and_what_would() {
    let repacked = Settings {
        repack: true,
        tiled: false,
        ..settings(8192, 8, 64)
    };
    let budgets = [
        (small(), 1200),
        (small(), 520),
        (small(), 300),
        (middle(), 1100),
    ];
    let lines: Vec<String> = budgets
        .into_iter()
        .map(|(shape, mib)| fit(&shape, &repacked, mib << 10).unwrap_err().to_string())
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
    assert!(fit(&small(), &repacked, 4 << 20).is_ok());
}

#[test]
fn settings_keep_wishes_and_shrink_the_rest() {
    let all = choose(&middle(), &Wishes::default(), 6, 8 << 20).unwrap().0;
    assert_eq!((all.lanes, all.context, all.threads), (8, 4096, 6));
    let (tight, need) = choose(&middle(), &Wishes::default(), 6, 1300 << 10).unwrap();
    assert!(tight.lanes < 8 && need.total() <= 1300 << 10, "{tight:?}");
    let wish = Wishes {
        lanes: Some(8),
        measured_lanes: Some(3),
        ..Wishes::default()
    };
    let (kept, _) = choose(&middle(), &wish, 6, 1500 << 10).unwrap();
    assert_eq!(kept.lanes, 8);
    assert!(kept.context < 4096 || kept.kv == KvType::Q8_0, "{kept:?}");
    assert!(choose(&middle(), &wish, 6, 900 << 10).is_err());
    let short = Shape {
        context_train: 1024,
        ..middle()
    };
    assert_eq!(choose(&short, &wish, 6, 8 << 20).unwrap().0.context, 1024);
}

#[test]
fn a_need_beyond_counting_fits_nowhere() {
    let mut shape = middle();
    shape.feed_forward = u64::MAX;
    shape.vocab = u64::MAX;
    let most = settings(u32::MAX, 64, 2048);
    assert!(fit(&shape, &most, u64::MAX >> 11).is_err());
}

#[test]
fn products_are_tiled_where_most_of_a_model_can_be() {
    let tiled = |tiled_bytes| {
        let shape = Shape {
            tiled_bytes,
            tensor_bytes: 100,
            ..small()
        };
        let (whole, need) = choose(&shape, &Wishes::default(), 2, u64::MAX).unwrap();
        let (shrunk, _) = choose(&shape, &Wishes::default(), 2, need.total() - 1).unwrap();
        assert!(shrunk != whole && shrunk.tiled == whole.tiled, "{shrunk:?}");
        whole.tiled
    };
    assert!(!tiled(18));
    assert_eq!(tiled(90), !cfg!(target_arch = "aarch64"));
}
