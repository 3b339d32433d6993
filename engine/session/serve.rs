//! Starts the application of a project, waits until it answers and stays with it until it ends. Knows what its
//! stack says a person types, not the stack.

use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};

use super::port;
use super::start::{Start, start};
use super::target::Opened;
use crate::clock::Stopwatch;
use crate::contract::Contract;
use crate::event::State;
use crate::exec::{self, Bench};
use crate::model::STALL;
use crate::proc::{self, Cancel, End, Ended, ProcError, Spawn};
use crate::workspace::{Workspace, WorkspaceError};

/// The port unless another is asked for or this one is taken.
pub const DEFAULT_PORT: u16 = 8000;

/// Longest time for making the environment and for each step before the application.
const STEP_TIMEOUT: Duration = Duration::from_mins(10);
/// Longest time until a started application answers.
const READY_TIMEOUT: Duration = Duration::from_mins(1);
/// Pause between two questions whether it answers.
const ASK_AGAIN: Duration = Duration::from_millis(50);
/// A plan that writes this page and describes no application makes a site.
const FRONT_PAGE: &str = "index.html";
/// Serves the files of the folder it runs in; the port follows.
const SITE_SERVER: &str = "python3 -m http.server --bind 127.0.0.1";
/// Kinds of projects that have addresses.
const SERVED: &[&str] = &["web", "api", "static"];

/// How to serve.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// The application's directory.
    pub dir: Utf8PathBuf,
    /// The port, where one is asked for.
    pub port: Option<u16>,
    /// Where virtual environments are kept.
    pub cache_dir: Utf8PathBuf,
    /// Variables for the programs that fill them.
    pub install_env: Vec<(String, String)>,
    /// The user's own variables: an application is configured by them.
    pub user_env: Vec<(String, String)>,
}

/// What is worth telling while an application is served.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Serving<'a> {
    /// Something that takes time begins.
    Step(&'a str),
    /// The application wrote a line.
    Line(&'a str),
    /// It answers.
    Ready {
        /// Its address, with a slash at the end.
        address: &'a str,
        /// The path behind it of something to look at: empty where that is the first page.
        first: &'a str,
    },
}

/// Why an application is not served any more, or never was.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// There is nothing to start.
    #[error("{0}")]
    Nothing(String),
    /// The port that was asked for is not to be had.
    #[error("port {0} cannot be used: {1}")]
    Port(u16, String),
    /// The environment or a step before the application failed.
    #[error("{0}")]
    Failed(String),
    /// It ended by itself; what it said last was told.
    #[error("the application {0}; its last lines are above")]
    Died(String),
    /// It did not answer in time and was ended.
    #[error("the application did not answer within {} s and was ended", READY_TIMEOUT.as_secs())]
    Silent,
    /// A program could not be started.
    #[error(transparent)]
    Proc(#[from] ProcError),
    /// The system gives no port, pipe or thread.
    #[error("the system is short of something: {0}")]
    System(#[from] std::io::Error),
    /// The project cannot be read.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
}

/// Serves the application until the user ends it, which alone is no error.
pub fn serve(
    opened: &Opened,
    options: &ServeOptions,
    cancel: &Cancel,
    tell: &mut dyn FnMut(Serving<'_>),
) -> Result<(), ServeError> {
    let Some(lines) = start_lines(opened) else {
        let message = format!("`{}` makes nothing that is served", opened.plan.name);
        return Err(ServeError::Nothing(message));
    };
    let claimed = port::claim(&options.cache_dir, options.port)?;
    let port = claimed.number;
    let workspace = Workspace::open(&options.dir)?;
    let start = start(&lines, port).map_err(ServeError::Nothing)?;
    let bin = match &start.requirements {
        Some(requirements) => {
            tell(Serving::Step(&format!("installing {requirements}")));
            let bench = bench(opened, options, &workspace, cancel);
            match exec::environment(requirements, STEP_TIMEOUT, &bench, &mut |_| {}) {
                Ok(bin) => Some(bin),
                Err(outcome) if outcome.state == State::Cancelled => return Ok(()),
                Err(outcome) => return Err(ServeError::Failed(outcome.detail)),
            }
        }
        None => None,
    };
    let application = Application {
        root: workspace.root(),
        env: environment(options, port, bin.as_deref()),
        bin,
        port,
        first: first(opened),
        cancel,
    };
    application.run(&start, tell)
}

/// What starts the plan's application, or serves the pages it writes where it is none.
fn start_lines(opened: &Opened) -> Option<Vec<String>> {
    let served = |contract: &&Contract| SERVED.contains(&contract.kind.as_str());
    let stack = opened.stack.as_ref();
    if let (Some(stack), Some(_)) = (stack, opened.contract.as_ref().filter(served)) {
        return Some(stack.start.clone());
    }
    let mut outputs = opened.plan.nodes.iter().flat_map(|node| &node.outputs);
    let is_site = stack.is_none() && outputs.any(|path| path == FRONT_PAGE);
    is_site.then(|| vec![format!("{SITE_SERVER} {DEFAULT_PORT}")])
}

/// The first page, or where there is none the first endpoint that can be read just so.
fn first(opened: &Opened) -> &str {
    let Some(contract) = opened.contract.as_ref().filter(|it| it.pages.is_empty()) else {
        return "";
    };
    let plain = contract
        .endpoints
        .iter()
        .find(|endpoint| endpoint.method == "GET" && !endpoint.path.contains(['<', '{']));
    plain.map_or("", |endpoint| endpoint.path.trim_start_matches('/'))
}

fn bench<'a>(
    opened: &'a Opened,
    options: &'a ServeOptions,
    workspace: &'a Workspace,
    cancel: &'a Cancel,
) -> Bench<'a> {
    Bench {
        workspace,
        cancel,
        cache_dir: &options.cache_dir,
        install_env: &options.install_env,
        contract: opened.contract.as_ref(),
        stack: opened.stack.as_ref(),
        runtime: None,
        prompts: None,
        stall: STALL,
    }
}

/// The user's variables, then those that the application is started with.
fn environment(options: &ServeOptions, port: u16, bin: Option<&Utf8Path>) -> Vec<(String, String)> {
    let mut env = options.user_env.clone();
    let mut set = |name: &str, value: String| env.push((name.to_owned(), value));
    set("PORT", port.to_string());
    set("PYTHONUNBUFFERED", "1".to_owned());
    set("PYTHONDONTWRITEBYTECODE", "1".to_owned());
    if let Some(folder) = bin.and_then(Utf8Path::parent) {
        set("VIRTUAL_ENV", folder.to_string());
    }
    env
}

/// An application that is about to be started.
struct Application<'a> {
    root: &'a Utf8Path,
    env: Vec<(String, String)>,
    bin: Option<Utf8PathBuf>,
    port: u16,
    /// The path of something to look at, without its slash.
    first: &'a str,
    cancel: &'a Cancel,
}

/// What is heard of a running application.
enum Heard {
    Line(String),
    Ended(Result<Ended, ProcError>),
}

impl Application<'_> {
    fn run(&self, start: &Start, tell: &mut dyn FnMut(Serving<'_>)) -> Result<(), ServeError> {
        for argv in &start.before {
            tell(Serving::Step(&format!(
                "running {}",
                shell_words::join(argv)
            )));
            let argv = self.resolved(argv);
            let spawn = self.spawn(&argv, Some(STEP_TIMEOUT));
            let ended = proc::run(&spawn, self.cancel, &mut |line| tell(Serving::Line(line)))?;
            match ended.end {
                End::Exit(0) => {}
                End::Cancelled => return Ok(()),
                end => {
                    let message = format!("`{}` {}", argv.join(" "), words(end));
                    return Err(ServeError::Failed(message));
                }
            }
        }
        tell(Serving::Step(&format!(
            "running {}",
            shell_words::join(&start.server)
        )));
        let argv = self.resolved(&start.server);
        let spawn = self.spawn(&argv, None);
        std::thread::scope(|scope| {
            let (sender, heard) = channel();
            let (spawn, cancel) = (&spawn, self.cancel);
            let body = move || {
                // The receiver goes only once the end was heard.
                let ended = proc::run(spawn, cancel, &mut |line| {
                    let _ = sender.send(Heard::Line(line.to_owned()));
                });
                let _ = sender.send(Heard::Ended(ended));
            };
            let thread = std::thread::Builder::new().name("application".to_owned());
            thread.spawn_scoped(scope, body)?;
            self.attend(&heard, tell)
        })
    }

    /// Stays with the running application until it ends.
    fn attend(
        &self,
        heard: &Receiver<Heard>,
        tell: &mut dyn FnMut(Serving<'_>),
    ) -> Result<(), ServeError> {
        let (mut is_ready, mut is_late) = (false, false);
        let watch = Stopwatch::start();
        let mut asked = Duration::ZERO;
        loop {
            // Once it answers there is nothing to ask any more.
            let next = match is_ready || is_late {
                true => heard.recv().map_err(|_| RecvTimeoutError::Disconnected),
                false => heard.recv_timeout(ASK_AGAIN),
            };
            match next {
                Ok(Heard::Line(line)) => tell(Serving::Line(&line)),
                Ok(Heard::Ended(ended)) => return ended_as(ended?.end, is_late),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return Ok(()),
            }
            if is_ready || is_late || watch.elapsed() < asked + ASK_AGAIN {
                continue;
            }
            if port::answers(self.port) {
                is_ready = true;
                tell(Serving::Ready {
                    address: &format!("http://127.0.0.1:{}/", self.port),
                    first: self.first,
                });
            } else if watch.elapsed() > READY_TIMEOUT {
                is_late = true;
                self.cancel.soft();
            }
            asked = watch.elapsed();
        }
    }

    /// The arguments with programs of the virtual environment in their place.
    fn resolved(&self, argv: &[String]) -> Vec<String> {
        let mut argv = argv.to_vec();
        if let (Some(bin), Some(name)) = (&self.bin, argv.first_mut()) {
            *name = bin.join(&*name).into_string();
        }
        argv
    }

    fn spawn<'s>(&'s self, argv: &'s [String], timeout: Option<Duration>) -> Spawn<'s> {
        Spawn {
            argv,
            cwd: self.root.as_std_path(),
            env: &self.env,
            timeout,
        }
    }
}

fn ended_as(end: End, is_late: bool) -> Result<(), ServeError> {
    match end {
        _ if is_late => Err(ServeError::Silent),
        End::Cancelled => Ok(()),
        end => Err(ServeError::Died(words(end))),
    }
}

fn words(end: End) -> String {
    match end {
        End::Exit(code) => format!("exited with {code}"),
        End::Signal(signal) => format!("was ended by signal {signal}"),
        End::TimedOut => "took too long".to_owned(),
        End::Cancelled => "was ended by the user".to_owned(),
    }
}
