//! `codey models pull`: a model of the catalogue or from an address, with its licence and a bar.

use super::super::super::error::CommandError;
use super::super::super::exit::Exit;
use super::super::super::model_args::PullArgs;
use super::super::super::ui::Ui;

/// Downloads are left out of this build.
#[cfg(not(feature = "fetch"))]
pub(super) fn pull(_: &PullArgs, _: &Ui) -> Result<Exit, CommandError> {
    Err(CommandError::new(
        Exit::Refused,
        "this codey was built without downloads",
        "download the file by other means, then `codey models import FILE`",
    ))
}

#[cfg(feature = "fetch")]
pub(super) use with_network::pull;

#[cfg(feature = "fetch")]
mod with_network {
    use super::super::{described, store};
    use super::{CommandError, Exit, PullArgs, Ui};
    use crate::diagnostic::did_you_mean;
    use crate::model::catalogue::{self, Entry};
    use crate::model::fetch::{self, FetchError, Heard, Network, Pull, Pulled, Url};
    use crate::model::store::DEFAULT_ROLE;
    use crate::report::{Transfer, size, visible};

    /// What is to be downloaded.
    struct Wanted {
        name: String,
        role: String,
        url: String,
        size: Option<u64>,
        sha256: Option<String>,
    }

    pub(in super::super) fn pull(args: &PullArgs, ui: &Ui) -> Result<Exit, CommandError> {
        let wanted = match args.model.contains("://") {
            true => from_address(args)?,
            false => from_catalogue(args, ui)?,
        };
        let network = network(ui)?;
        let store = store(ui)?;
        let mut transfer = Transfer::new(&wanted.name, ui.bars);
        let pull = Pull {
            name: &wanted.name,
            role: &wanted.role,
            url: &wanted.url,
            size: wanted.size,
            sha256: wanted.sha256.as_deref(),
        };
        let pulled = fetch::pull(&store, &pull, &network, &mut |heard| match heard {
            Heard::Hashing { done, total } | Heard::Bytes { done, total } => {
                transfer.to(done, total);
            }
            Heard::Again { reason, pause } => {
                let seconds = pause.as_secs();
                transfer.say(&format!("{reason}; trying again in {seconds} s"));
            }
        });
        transfer.finish();
        let (model, word) = match pulled? {
            Pulled::Present(model) => (model, "is installed already"),
            Pulled::New(model) => (model, "is installed"),
        };
        if wanted.sha256.is_none() {
            let hash = &model.sha256;
            ui.tell(&format!(
                "note: nobody says what the SHA-256 has to be, so only the size was checked; it is {hash}\n"
            ));
        }
        let text = match args.json {
            true => format!("{}\n", described(&store, &model)),
            false => format!(
                "{} {word}: {}\n",
                model.name,
                visible(store.path(&model).as_str())
            ),
        };
        ui.print(&text)?;
        Ok(Exit::Done)
    }

    fn from_catalogue(args: &PullArgs, ui: &Ui) -> Result<Wanted, CommandError> {
        let name = &args.model;
        let Some(entry) = catalogue::find(name) else {
            let all = catalogue::entries().iter().map(|entry| entry.name.as_str());
            let help = did_you_mean(name, all).map_or_else(
                || {
                    "`codey models list` lists the models; an address begins with `https://`"
                        .to_owned()
                },
                |near| format!("did you mean `{near}`?"),
            );
            return Err(CommandError::usage(
                format!("codey knows no model `{name}`"),
                help,
            ));
        };
        accepted(entry, args, ui)?;
        let sha256 = entry.sha256.clone().or_else(|| args.sha256.clone());
        Ok(Wanted {
            name: args.name.clone().unwrap_or_else(|| entry.name.clone()),
            role: args.role.clone().unwrap_or_else(|| entry.role.clone()),
            url: entry.url(args.base_url.as_deref()),
            size: Some(entry.size),
            sha256,
        })
    }

    /// Tells the licence, and asks for agreement where it limits use.
    fn accepted(entry: &Entry, args: &PullArgs, ui: &Ui) -> Result<(), CommandError> {
        ui.tell(&format!(
            "{}: {}, {}\n",
            entry.name,
            size(entry.size),
            entry.licence
        ));
        let Some(terms) = entry.accept.as_ref().filter(|_| !args.accept_licence) else {
            return Ok(());
        };
        match ui.agrees(&format!("{terms} Agree?")) {
            Some(true) => Ok(()),
            _ => Err(CommandError::new(
                Exit::Refused,
                format!("the licence of {} was not agreed to: {terms}", entry.name),
                "agree with `--accept-licence`",
            )),
        }
    }

    fn from_address(args: &PullArgs) -> Result<Wanted, CommandError> {
        let url = Url::parse(&args.model).map_err(FetchError::Url)?;
        if !url.is_safe() && args.sha256.is_none() {
            return Err(CommandError::new(
                Exit::Refused,
                format!("what comes from `{url}` can be changed on its way"),
                "use `https://`, or give the hash that it must have with `--sha256`",
            ));
        }
        let file = url.file_name();
        let stem = file.strip_suffix(".gguf").unwrap_or(file).to_owned();
        Ok(Wanted {
            name: args.name.clone().unwrap_or(stem),
            role: args.role.clone().unwrap_or_else(|| DEFAULT_ROLE.to_owned()),
            url: url.to_string(),
            size: None,
            sha256: args.sha256.clone(),
        })
    }

    fn network(ui: &Ui) -> Result<Network, CommandError> {
        let roots = ui.certificates().map(|file| {
            std::fs::read(&file).map_err(|error| {
                let message = format!("`{}` cannot be read: {error}", file.display());
                CommandError::usage(message, "check the file that `SSL_CERT_FILE` names")
            })
        });
        Ok(Network {
            roots: roots.transpose()?,
            ..Network::default()
        })
    }

    impl From<FetchError> for CommandError {
        fn from(error: FetchError) -> Self {
            let help = error.help();
            let message = error.to_string();
            let exit = match error {
                FetchError::Store(error) => return error.into(),
                FetchError::Url(_) | FetchError::Certificates(_) => Exit::Usage,
                FetchError::Busy(_) => Exit::Locked,
                FetchError::NoRoom { .. } => Exit::Resources,
                _ => Exit::Model,
            };
            Self::new(exit, message, help)
        }
    }
}
