//! The models of a run: which file or server serves each role, whether it fits, and the runtime over them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::error::CommandError;
use super::exit::Exit;
use super::settings::Settings;
use super::ui::Ui;
use super::who_args::WhoFlags;
use crate::config::{Config, Repack};
use crate::model::budget::{self, OverBudget, Wishes};
use crate::model::chat::ChatTemplate;
#[cfg(feature = "fetch")]
use crate::model::endpoint::Endpoint;
use crate::model::gguf::Header;
use crate::model::pool::{Pool, PoolOptions};
use crate::model::store::{Resolved, Store};
use crate::model::{Chosen, Facts, Runtime};
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
    pub(super) fn of_roles(
        roles: &BTreeSet<String>,
        who: &WhoFlags,
        is_dry: bool,
        ui: &Ui,
    ) -> Result<Self, CommandError> {
        let settings = Settings::load(ui)?;
        let budget_mib = who.memory_budget.unwrap_or_else(|| settings.budget_mib());
        let mut models = Self {
            budget_kib: budget_mib.saturating_mul(KIB_PER_MIB),
            chosen: Vec::new(),
            #[cfg(feature = "fetch")]
            endpoint: None,
            settings,
        };
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
        let store = Store::new(&ui.models_dir()?);
        for role in roles {
            let configured = config.models.get(role).map(String::as_str);
            let found = store
                .resolve(role, who.model_of(role), configured, budget_mib)
                .map_err(CommandError::from)
                .and_then(|found| choose(role, found, config, who, models.budget_kib));
            match found {
                Ok(chosen) => models.chosen.push(chosen),
                Err(error) if is_dry => ui.tell(&format!("note: {}\n", error.line())),
                Err(error) => return Err(error),
            }
        }
        Ok(models)
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

    /// The models that were chosen, one for each role.
    pub(super) fn chosen(&self) -> &[Chosen] {
        &self.chosen
    }

    /// What runs them.
    pub(super) fn runtime(self, options: &Options) -> Result<Box<dyn Runtime>, CommandError> {
        #[cfg(feature = "fetch")]
        if let Some(endpoint) = self.endpoint {
            return Ok(Box::new(endpoint));
        }
        Ok(Box::new(Pool::new(self.pool(options)?)))
    }

    /// How they are run in processes of their own.
    pub(super) fn pool(&self, options: &Options) -> Result<PoolOptions, CommandError> {
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
            prefixes: (prefix_bytes > 0).then(|| options.cache_dir.join(PREFIXES)),
            prefix_bytes,
            programs_beside: false,
            idle,
            ..PoolOptions::default()
        })
    }
}

/// Reads a model's header and decides how it is loaded.
fn choose(
    role: &str,
    found: Resolved,
    config: &Config,
    who: &WhoFlags,
    budget_kib: u64,
) -> Result<Chosen, CommandError> {
    let unusable = |message: String, help: &str| CommandError::new(Exit::Model, message, help);
    let header = Header::read(&found.path).map_err(|error| unusable(error.to_string(), ""))?;
    let chat = ChatTemplate::from(&header).map_err(|error| {
        unusable(
            format!("{}: {error}", found.path),
            "choose an instruction-tuned model",
        )
    })?;
    let wishes = Wishes {
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
    };
    let shape = header.shape;
    let (settings, need) = budget::choose(&shape, &wishes, budget::cores(), budget_kib)
        .map_err(|over: OverBudget| unusable(over.to_string(), ""))?;
    Ok(Chosen {
        role: role.to_owned(),
        name: found.name,
        path: found.path,
        identity: found.identity,
        shape,
        settings,
        need,
        chat,
    })
}
