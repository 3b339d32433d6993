//! The command line: the only module that reads arguments and the environment and decides exit codes.

mod args;
mod commands;
mod error;
mod exit;
mod keep_args;
mod model_args;
mod notes;
mod prompt_args;
mod runtime;
mod settings;
mod signals;
mod ui;
mod who_args;

use std::process::ExitCode;

use clap::Parser as _;

pub use args::Cli as Arguments;
use args::{Cli, Command};
use exit::Exit;
use ui::Ui;

/// Runs the command that the arguments name.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version go to standard output, the rest to standard error; a closed pipe is no error.
            if error.use_stderr() {
                // It quotes the arguments, which may be anybody's.
                let text = error.render().to_string();
                let lines = text
                    .lines()
                    .map(|line| format!("{}\n", crate::report::visible(line)));
                Ui::new(args::Color::Never).tell(&lines.collect::<String>());
            } else {
                let _ = error.print();
            }
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(Exit::Usage as u8));
        }
    };
    signals::survive_size_limit();
    let ui = Ui::new(cli.color);
    let ended = match cli.command {
        Command::Run(args) => commands::run(&args, &ui),
        Command::Add(args) => commands::add(&args, &ui),
        Command::Update(args) => commands::update(&args, &ui),
        Command::Plan(args) => commands::plan(&args, &ui),
        Command::Check(args) => commands::check(&args, &ui),
        Command::Spec(args) => commands::spec(&args, &ui),
        Command::Explain(args) => commands::explain(&args, &ui),
        Command::Verify(args) => commands::verify(&args, &ui),
        Command::Serve(args) => commands::serve(&args, &ui),
        Command::Plans(args) => commands::plans(&args, &ui),
        Command::Templates(args) => commands::templates(&args, &ui),
        Command::Models(args) => commands::models(&args, &ui),
        Command::Bench(args) => commands::bench(&args, &ui),
        Command::Config(args) => commands::config(&args, &ui),
        Command::Prompts(args) => commands::prompts(&args, &ui),
        Command::Schema => commands::schema(&ui),
        Command::Doctor(args) => commands::doctor(&args, &ui),
        Command::Completions(args) => commands::completions(&args, &ui),
        #[cfg(feature = "llama")]
        Command::ModelWorker => commands::model_worker(),
    };
    ended
        .unwrap_or_else(|error| {
            ui.tell_error(&error);
            error.exit
        })
        .into()
}
