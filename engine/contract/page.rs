//! Pages and the ids of their elements. Knows no markup.

use super::accounts;
use super::types::{Contract, Entity, Page};
use crate::spec::names;

/// One page where there is one entity, else an overview and a page for each; then the dashboard and the pages
/// of accounts.
pub(super) fn pages(contract: &Contract) -> Vec<Page> {
    let title = &contract.app.title;
    let mut pages = match contract.entities.as_slice() {
        [only] => vec![page("/".to_owned(), title.clone(), only)],
        entities => {
            let own = entities.iter().map(|entity| {
                let path = format!("/{}", entity.slug);
                page(path, names::title(&entity.plural), entity)
            });
            std::iter::once(plain("/", title, &[])).chain(own).collect()
        }
    };
    if contract.dashboard.is_some() {
        pages.push(plain("/dashboard", "Dashboard", &["dashboard"]));
    }
    if contract.auth {
        pages.extend(accounts::pages());
    }
    pages
}

/// A page that shows no entity of its own.
pub(super) fn plain(path: &str, title: &str, ids: &[&str]) -> Page {
    Page {
        path: path.to_owned(),
        title: title.to_owned(),
        entity: String::new(),
        ids: ids.iter().map(|&id| id.to_owned()).collect(),
    }
}

fn page(path: String, title: String, entity: &Entity) -> Page {
    let id = names::slug(&entity.name);
    let mut ids = vec![format!("{id}-list"), format!("{id}-form")];
    ids.extend(entity.fields.iter().map(|field| field.element_id.clone()));
    Page {
        path,
        title,
        entity: entity.name.clone(),
        ids,
    }
}
