//! `codey serve`: the application of a directory, started.

use std::path::Path;

use super::super::error::CommandError;
use super::super::exit::Exit;
use super::super::keep_args::ServeArgs;
use super::super::signals::Listener;
use super::super::ui::Ui;
use crate::proc::{self, Cancel, Spawn};
use crate::report::visible;
use crate::session::{self, ServeError, ServeOptions, Serving};

/// Programs that show an address in the user's browser, on different systems.
const BROWSERS: &[&str] = &["xdg-open", "open", "termux-open-url", "wslview"];

pub(in crate::cli) fn serve(args: &ServeArgs, ui: &Ui) -> Result<Exit, CommandError> {
    let opened = super::made(&args.dir, args.plan.as_deref())?;
    let options = ServeOptions {
        dir: args.dir.clone(),
        port: args.port,
        cache_dir: ui.cache_dir()?,
        install_env: ui.install_env(),
        user_env: ui.user_env(),
    };
    let cancel = Cancel::new()?;
    let listener = Listener::new();
    listener.cancel(cancel.clone());
    let mut unheard = None;
    let mut tell = |serving: Serving<'_>| match serving {
        Serving::Step(text) => ui.tell(&format!("{}\n", visible(text))),
        // It was made safe to show when it was read.
        Serving::Line(line) => ui.tell(&format!("{line}\n")),
        Serving::Ready { address, first } => {
            if let Err(error) = ui.print(&format!("{address}\n")) {
                unheard = Some(error);
            }
            let page = format!("{address}{first}");
            if !first.is_empty() {
                ui.tell(&format!("look at {page}\n"));
            }
            ui.tell("Ctrl-C ends it\n");
            if args.open {
                show(&page, &options, ui);
            }
        }
    };
    session::serve(&opened, &options, &cancel, &mut tell)?;
    match unheard {
        Some(error) => Err(error),
        None => Ok(listener.exit()),
    }
}

/// Shows the address in the browser, where there is a program for it.
fn show(url: &str, options: &ServeOptions, ui: &Ui) {
    let found = BROWSERS.iter().find(|name| proc::program(name).is_some());
    let argv = found.map(|name| [(*name).to_owned(), url.to_owned()]);
    let launched = argv.as_ref().map(|argv| {
        proc::launch(&Spawn {
            argv,
            cwd: Path::new("/"),
            env: &options.user_env,
            timeout: None,
        })
    });
    match launched {
        Some(Ok(())) => {}
        Some(Err(error)) => ui.tell(&format!("no browser: {error}\n")),
        None => ui.tell(&format!(
            "no browser: none of {} is there\n",
            BROWSERS.join(", ")
        )),
    }
}

impl From<ServeError> for CommandError {
    fn from(error: ServeError) -> Self {
        let (exit, help) = match error {
            ServeError::Workspace(error) => return error.into(),
            ServeError::Nothing(_) => {
                (Exit::Refused, "README.md of the project says how to use it")
            }
            ServeError::Port(..) => (
                Exit::Refused,
                "name another port, or leave `--port` out and take a free one",
            ),
            ServeError::System(_) => (Exit::Resources, "close other programs and try again"),
            ServeError::Proc(_) | ServeError::Failed(_) => {
                (Exit::Failed, "`codey doctor` says what this computer lacks")
            }
            ServeError::Died(_) | ServeError::Silent => {
                (Exit::Failed, "`codey verify` checks the project")
            }
        };
        Self::new(exit, error.to_string(), help)
    }
}
