//! Pages and the ids of their elements. Knows no markup.

use super::types::{Entity, Page};

/// One page where there is one entity; else an overview and a page for each.
pub(super) fn pages(title: &str, entities: &[Entity]) -> Vec<Page> {
    if let [only] = entities {
        return vec![page("/".to_owned(), title.to_owned(), only)];
    }
    let overview = Page {
        path: "/".to_owned(),
        title: title.to_owned(),
        entity: String::new(),
        ids: Vec::new(),
    };
    let own = entities.iter().map(|entity| {
        let path = format!("/{}", entity.slug);
        page(path, crate::spec::names::title(&entity.plural), entity)
    });
    std::iter::once(overview).chain(own).collect()
}

fn page(path: String, title: String, entity: &Entity) -> Page {
    let id = crate::spec::names::slug(&entity.name);
    let mut ids = vec![format!("{id}-list"), format!("{id}-form")];
    ids.extend(entity.fields.iter().map(|field| field.element_id.clone()));
    Page {
        path,
        title,
        entity: entity.name.clone(),
        ids,
    }
}
