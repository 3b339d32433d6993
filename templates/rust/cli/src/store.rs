<% from "rust/shared.jinja" import program %>
//! The file: where it lies, how it is read, and how it is replaced so that it is never half written.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::{env, process};

use crate::data::{Data, VERSION};
use crate::rules::Refused;

/// The folder and file for the data, below the user's folder for data.
const FOLDER: &str = << app | rust >>;
const FILE: &str = "data.json";

/// The data, and the file's text as it was when they were read.
pub struct Loaded {
    pub data: Data,
    before: Option<String>,
}

/// The file that is used when none is named.
pub fn default_path() -> Result<PathBuf, Refused> {
    let folder = |name: &str| env::var_os(name).filter(|value| !value.is_empty());
    let home = folder("HOME").or_else(|| folder("USERPROFILE"));
    let home = home.map(PathBuf::from);
    let base = if cfg!(windows) {
        folder("LOCALAPPDATA").map(PathBuf::from)
    } else if cfg!(target_os = "macos") {
        home.map(|home| home.join("Library").join("Application Support"))
    } else {
        let named = folder("XDG_DATA_HOME").map(PathBuf::from);
        named.or_else(|| home.map(|home| home.join(".local").join("share")))
    };
    let base = base.ok_or_else(|| Refused::new("There is no home folder: name a file, --data."))?;
    Ok(base.join(FOLDER).join(FILE))
}

/// Reads the file; where there is none, there are no rows yet.
pub fn load(path: &Path) -> Result<Loaded, Refused> {
    let Some(text) = read(path)? else {
        return Ok(Loaded {
            data: Data::default(),
            before: None,
        });
    };
    // The version comes first: what a newer program wrote may not be readable at all.
    let refused = |why: String| Refused::new(format!("{} {why}", path.display()));
    let value: serde_json::Value = serde_json::from_str(&text)
        .map_err(|error| refused(format!("does not hold this program's data: {error}")))?;
    if value["version"].as_u64() > Some(VERSION.into()) {
        return Err(refused(
            "was written by a newer version; update.".to_owned(),
        ));
    }
    let data = serde_json::from_value(value)
        .map_err(|error| refused(format!("does not hold this program's data: {error}")))?;
    Ok(Loaded {
        data,
        before: Some(text),
    })
}

/// Replaces the file in one step, unless another program has changed it in the meantime.
pub fn save(path: &Path, loaded: &Loaded) -> Result<(), Refused> {
    if read(path)? != loaded.before {
        let message = format!("{} was changed in the meantime; try again.", path.display());
        return Err(Refused::new(message));
    }
    replace(path, &loaded.data)
        .map_err(|error| Refused::new(format!("{} cannot be written: {error}.", path.display())))
}

fn read(path: &Path) -> Result<Option<String>, Refused> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Refused::new(format!(
            "{} cannot be read: {error}.",
            path.display()
        ))),
    }
}

fn replace(path: &Path, data: &Data) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut draft = path.as_os_str().to_owned();
    draft.push(format!(".{}.draft", process::id()));
    let written = write(Path::new(&draft), data).and_then(|()| fs::rename(&draft, path));
    if written.is_err() {
        // What is left of the draft is worth nothing; the first error says why.
        let _ = fs::remove_file(&draft);
    }
    written
}

fn write(path: &Path, data: &Data) -> io::Result<()> {
    let mut file = File::create(path)?;
    serde_json::to_writer_pretty(&mut file, data)?;
    file.write_all(b"\n")?;
    // Otherwise the new name could reach the disk before the text does.
    file.sync_all()
}
