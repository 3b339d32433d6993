//! `codey bench`: measures a model on this computer and keeps how many lanes pay.

use std::fmt::Write as _;

use serde::Serialize;

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::model_args::BenchArgs;
use super::super::runtime::Models;
use super::super::ui::Ui;
use super::super::who_args::WhoFlags;
use crate::host;
use crate::model::bench::{self, Key, Measured, Report, Run};
use crate::model::pool::{Pool, PoolOptions};
use crate::model::{self, KvType};
use crate::report::{size, visible};

/// The role whose model is measured.
const ROLE: &str = "coder";
/// Most bytes of kept prefixes: one prefix is measured.
const PREFIX_BYTES: u64 = 1 << 30;
/// KiB in a MiB, milliseconds in a second, parts in a whole.
const KIB_PER_MIB: u64 = 1024;
const MS_PER_S: f64 = 1000.0;
const PERCENT: f64 = 100.0;

/// What is printed as JSON.
#[derive(Serialize)]
struct Printed<'a> {
    processor: String,
    #[serde(flatten)]
    report: &'a Report,
    /// Where the number of lanes is kept; nothing where it could not be.
    kept: Option<String>,
}

pub(in crate::cli) fn bench(args: &BenchArgs, ui: &Ui) -> Result<Exit, CommandError> {
    if model::linked().is_none() {
        return Err(CommandError::new(
            Exit::Refused,
            "this codey was built without llama.cpp, so there is nothing to measure",
            "build it with `--features llama`",
        ));
    }
    let who = WhoFlags {
        by: None,
        model: args.model.iter().cloned().collect(),
        endpoint: None,
        memory_budget: args.memory_budget,
        lanes: None,
        context: None,
    };
    let most = bench::LANES.into_iter().max().unwrap_or(1);
    let models = Models::to_measure(ROLE, bench::CONTEXT, most, &who, ui)?;
    let [chosen] = models.chosen() else {
        return Err(CommandError::new(Exit::Model, "there is no model", ""));
    };
    let dir = tempfile::tempdir()?;
    let options = PoolOptions {
        prefixes: camino::Utf8Path::from_path(dir.path()).map(Into::into),
        prefix_bytes: PREFIX_BYTES,
        ..models.pool(&ui.cache_dir()?)?
    };
    let length = if args.quick {
        bench::QUICK
    } else {
        bench::USUAL
    };
    let mut say = |what: &str| ui.tell(&format!("measuring: {what}\n"));
    let report = bench::run(chosen, &|| Pool::new(options.clone()), length, &mut say)
        .map_err(|error| CommandError::new(Exit::Model, error.to_string(), ""))?;
    let measured = Measured::new(&ui.models_dir()?);
    let kept = match measured.keep(Key::of(chosen), report.best_lanes) {
        Ok(()) => Some(measured.path().into_string()),
        Err(error) => {
            ui.tell(&format!("note: the number of lanes is not kept: {error}\n"));
            None
        }
    };
    if args.json {
        let printed = Printed {
            processor: host::processor_name(),
            report: &report,
            kept,
        };
        let json = serde_json::to_string_pretty(&printed)
            .map_err(|error| CommandError::new(Exit::Failed, error.to_string(), ""))?;
        ui.print(&format!("{json}\n"))?;
    } else {
        ui.print(&text(&report, kept.is_some()))?;
    }
    Ok(Exit::Done)
}

/// The report for people.
fn text(report: &Report, is_kept: bool) -> String {
    let mut out = head(report);
    let _ = writeln!(
        out,
        "\ntask              evaluated   tokens/s   answer   tokens/s"
    );
    for task in &report.tasks {
        let run = &task.run;
        let _ = writeln!(
            out,
            "{:<16}  {:>9}  {:>9.1}  {:>7}  {:>9.1}",
            task.name,
            run.evaluated,
            run.prefill(),
            run.tokens,
            run.decode()
        );
    }
    let _ = writeln!(out, "\nanswers at once   tokens/s");
    for row in &report.lanes {
        let mark = match row.lanes == report.best_lanes {
            true => "  pays",
            false => "",
        };
        let _ = writeln!(out, "{:>15}  {:>9.1}{mark}", row.lanes, row.tokens_per_s);
    }
    let part = |run: &Run| {
        let seconds = run.prefill_ms / MS_PER_S;
        format!("{} tokens in {seconds:.2} s", run.evaluated)
    };
    let (first, second) = (part(&report.first_run), part(&report.second_run));
    let _ = writeln!(
        out,
        "\nfirst prompt: {first}; the same in another process: {second}"
    );
    if is_kept {
        let _ = writeln!(
            out,
            "from now on codey gives this model {} lanes, unless you name another number",
            report.best_lanes
        );
    }
    out
}

fn head(report: &Report) -> String {
    let settings = &report.settings;
    let mut out = format!(
        "model    {}, {}, {} threads, keys and values {}, weights {}\n",
        visible(&report.model),
        size(report.file_bytes),
        settings.threads,
        match settings.kv {
            KvType::F16 => "f16",
            KvType::Q8_0 => "q8_0",
        },
        if settings.repack {
            "rearranged"
        } else {
            "as in the file"
        },
    );
    let _ = writeln!(out, "machine  {}", visible(&host::processor_name()));
    let seconds = |ms: f64| format!("{:.2} s", ms / MS_PER_S);
    let cold = report.load.cold_ms.map(seconds);
    let cold = cold.map_or(String::new(), |cold| format!("{cold} from the disk, "));
    let warm = seconds(report.load.warm_ms);
    let _ = writeln!(out, "load     {cold}{warm} from memory");
    let memory = &report.memory;
    let _ = writeln!(
        out,
        "memory   {} MiB at the peak, {} MiB expected ({:+.1} %)",
        memory.peak_kib.div_ceil(KIB_PER_MIB),
        memory.need_kib.div_ceil(KIB_PER_MIB),
        memory.excess() * PERCENT
    );
    out
}
