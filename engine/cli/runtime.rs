//! The models of a run: which file or server serves each role, whether it fits, and the runtime over them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use camino::Utf8Path;

use super::error::CommandError;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use super::who_args::WhoFlags;
use crate::config::Repack;
use crate::model::bench::{Key, Measured};
use crate::model::budget::{self, Need, OverBudget, Wishes};
use crate::model::chat::ChatTemplate;
#[cfg(feature = "fetch")]
use crate::model::endpoint::Endpoint;
use crate::model::gguf::Shape;
use crate::model::pool::{Pool, PoolOptions};
use crate::model::store::Store;
use crate::model::{Chosen, Facts, Runtime, Settings as ModelSettings};
use crate::session::{self, Opened, Options};

/// The subcommand that a worker is started with.
const WORKER: &str = "__model-worker";
/// The folder of evaluated prefixes below the cache directory.
const PREFIXES: &str = "prefixes";
/// The role whose small model stays loaded when it can.
const ROUTER: &str = "router";
/// KiB in a MiB, bytes in a MiB.
const KIB_PER_MIB: u64 = 1024;
const BYTES_PER_MIB: u64 = 1 << 20;

/// The models of a run.
pub(super) struct Models {
    settings: Settings,
    budget_kib: u64,
    chosen: Vec<Chosen>,
    #[cfg(feature = "fetch")]
    endpoint: Option<Endpoint>,
}

impl Models {
    /// Finds the models of the roles that `opened` needs and tells `options` of them; nothing where no model
    /// writes anything. A dry run (`is_dry`) goes on without a model that is missing or too large, and says so.
    pub(super) fn find(
        opened: &Opened,
        options: &mut Options,
        who: &WhoFlags,
        is_dry: bool,
        ui: &Ui,
    ) -> Result<Option<Self>, CommandError> {
        let roles = session::roles(opened, options);
        if roles.is_empty() {
            return Ok(None);
        }
        let mut models = Self::of_roles(&roles, who, is_dry, ui)?;
        options.sampling = models.settings.effective.config.sampling.clone();
        options.stall = Duration::from_secs(models.settings.effective.config.stall_s);
        options.models = models.facts(&roles);
        Ok(Some(models))
    }

    fn facts(&mut self, roles: &BTreeSet<String>) -> BTreeMap<String, Facts> {
        #[cfg(feature = "fetch")]
        if let Some(endpoint) = &self.endpoint {
            let facts = roles
                .iter()
                .map(|role| (role.clone(), endpoint.facts(role)));
            return facts.collect();
        }
        let known = self
            .chosen
            .iter()
            .filter(|chosen| roles.contains(&chosen.role));
        known
            .map(|chosen| (chosen.role.clone(), chosen.facts()))
            .collect()
    }

    /// The models of `roles`.
    fn of_roles(
        roles: &BTreeSet<String>,
        who: &WhoFlags,
        is_dry: bool,
        ui: &Ui,
    ) -> Result<Self, CommandError> {
        let mut models = Self::none(who, ui)?;
        let config = &models.settings.effective.config;
        if let Some(url) = who.endpoint.as_ref().or(config.endpoint.as_ref()) {
            let url = url.clone();
            #[cfg(feature = "fetch")]
            {
                models.endpoint = Some(models.server(&url, who, ui)?);
                return Ok(models);
            }
            #[cfg(not(feature = "fetch"))]
            return Err(CommandError::new(
                Exit::Refused,
                format!("`{url}`: this codey was built without model servers"),
                "build it with `--features fetch`",
            ));
        }
        for role in roles {
            match models.on_this_computer(role, who, ui) {
                Ok(chosen) => models.chosen.push(chosen),
                Err(error) if is_dry => ui.tell(&format!("note: {}\n", error.line())),
                Err(error) => return Err(error),
            }
        }
        Ok(models)
    }

    /// The model of `role` on this computer with room for as many of `lanes` lanes of `context` tokens as there is
    /// memory for, to be measured.
    pub(super) fn to_measure(
        role: &str,
        context: u32,
        lanes: u32,
        who: &WhoFlags,
        ui: &Ui,
    ) -> Result<Self, CommandError> {
        let mut models = Self::none(who, ui)?;
        let mut chosen = models.on_this_computer(role, who, ui)?;
        let wishes = Wishes {
            context: Some(context),
            measured_lanes: Some(lanes),
            ..models.wishes(who)
        };
        (chosen.settings, chosen.need) = models.fitted(&chosen.shape, &wishes)?;
        models.chosen.push(chosen);
        Ok(models)
    }

    fn none(who: &WhoFlags, ui: &Ui) -> Result<Self, CommandError> {
        let settings = Settings::load(ui)?;
        let budget_mib = who.memory_budget.unwrap_or_else(|| settings.budget_mib());
        Ok(Self {
            budget_kib: budget_mib.saturating_mul(KIB_PER_MIB),
            chosen: Vec::new(),
            #[cfg(feature = "fetch")]
            endpoint: None,
            settings,
        })
    }

    #[cfg(feature = "fetch")]
    fn server(&self, url: &str, who: &WhoFlags, ui: &Ui) -> Result<Endpoint, CommandError> {
        use crate::model::fetch::Network;
        let config = &self.settings.effective.config;
        let key = ui.endpoint_key();
        let mut names = config.models.clone();
        let given = who.model.iter().map(|given| match given.split_once('=') {
            Some((role, model)) => (role.to_owned(), model.to_owned()),
            None => ("coder".to_owned(), given.clone()),
        });
        names.extend(given);
        let roots = ui.certificates().and_then(|path| std::fs::read(path).ok());
        let network = Network {
            roots,
            ..Network::default()
        };
        let lanes = who.lanes.or(config.lanes);
        let endpoint = Endpoint::new(url, key, names, lanes, &network).map_err(|error| {
            CommandError::new(
                Exit::Usage,
                error.to_string(),
                "write `--endpoint http://HOST:PORT/v1`",
            )
        })?;
        ui.tell(&format!(
            "models: prompts go to the server {url}, not to a model on this computer\n"
        ));
        Ok(endpoint)
    }

    /// The models on this computer that were chosen, one for each role.
    pub(super) fn chosen(&self) -> &[Chosen] {
        &self.chosen
    }

    /// What runs them.
    pub(super) fn runtime(self, options: &Options) -> Result<Box<dyn Runtime>, CommandError> {
        #[cfg(feature = "fetch")]
        if let Some(endpoint) = self.endpoint {
            return Ok(Box::new(endpoint));
        }
        Ok(Box::new(Pool::new(self.pool(&options.cache_dir)?)))
    }

    /// How they are run in processes of their own.
    pub(super) fn pool(&self, cache_dir: &Utf8Path) -> Result<PoolOptions, CommandError> {
        let own = std::env::current_exe()?;
        let own = own.into_os_string().into_string().map_err(|path| {
            let message = format!("{} is no UTF-8 path", path.to_string_lossy());
            CommandError::usage(message, "move codey to a folder with a UTF-8 name")
        })?;
        let config = &self.settings.effective.config;
        let prefix_bytes = config.prefix_cache_mb.saturating_mul(BYTES_PER_MIB);
        let idle = match config.idle_unload_s {
            0 => Duration::MAX,
            seconds => Duration::from_secs(seconds),
        };
        Ok(PoolOptions {
            worker: vec![own, WORKER.to_owned()],
            models: self.chosen.clone(),
            keep: vec![ROUTER.to_owned()],
            budget_kib: self.budget_kib,
            prefixes: (prefix_bytes > 0).then(|| cache_dir.join(PREFIXES)),
            prefix_bytes,
            idle,
            ..PoolOptions::default()
        })
    }
}

impl Models {
    /// Finds the model of a role, reads its header and decides how it is loaded.
    fn on_this_computer(
        &self,
        role: &str,
        who: &WhoFlags,
        ui: &Ui,
    ) -> Result<Chosen, CommandError> {
        let folder = ui.models_dir()?;
        let config = &self.settings.effective.config;
        let configured = config.models.get(role).map(String::as_str);
        let budget_mib = self.budget_kib / KIB_PER_MIB;
        let found =
            Store::new(&folder).resolve(role, who.model_of(role), configured, budget_mib)?;
        let header = found.header;
        let chat = ChatTemplate::from(&header).map_err(|error| {
            unusable(
                format!("{}: {error}", found.path),
                "choose an instruction-tuned model",
            )
        })?;
        let wishes = self.wishes(who);
        let (settings, need) = self.fitted(&header.shape, &wishes)?;
        let mut chosen = Chosen {
            role: role.to_owned(),
            name: found.name,
            path: found.path,
            identity: found.identity,
            shape: header.shape,
            settings,
            need,
            chat,
        };
        let measured_lanes = Measured::new(&folder).lanes(&Key::of(&chosen));
        if measured_lanes.is_some() {
            let wishes = Wishes {
                measured_lanes,
                ..wishes
            };
            (chosen.settings, chosen.need) = self.fitted(&chosen.shape, &wishes)?;
        }
        Ok(chosen)
    }

    /// What the flags and the settings ask for.
    fn wishes(&self, who: &WhoFlags) -> Wishes {
        let config = &self.settings.effective.config;
        Wishes {
            context: who.context.or(config.context),
            lanes: who.lanes.or(config.lanes),
            measured_lanes: None,
            kv: Some(config.kv_type),
            threads: config.n_threads,
            repack: match config.repack {
                Repack::Auto => None,
                Repack::On => Some(true),
                Repack::Off => Some(false),
            },
        }
    }

    fn fitted(
        &self,
        shape: &Shape,
        wishes: &Wishes,
    ) -> Result<(ModelSettings, Need), CommandError> {
        budget::choose(shape, wishes, budget::cores(), self.budget_kib)
            .map_err(|over: OverBudget| unusable(over.to_string(), ""))
    }
}

fn unusable(message: String, help: &str) -> CommandError {
    CommandError::new(Exit::Model, message, help)
}
