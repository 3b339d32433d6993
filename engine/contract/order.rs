//! Parents before children: the order in which tables can be made and filled. Knows references only.

use crate::spec::{Entity, FieldType};

/// Indexes of `entities`, each after what it refers to; otherwise in the order given.
///
/// Where optional references form a ring they yield first; a ring of required ones is left as it stands.
pub(super) fn parents_first(entities: &[Entity]) -> Vec<usize> {
    let mut order = Vec::with_capacity(entities.len());
    let mut waiting: Vec<usize> = (0..entities.len()).collect();
    while !waiting.is_empty() {
        let free = |only_required: bool| {
            waiting.iter().position(|&at| {
                parents(entities, at, only_required)
                    .iter()
                    .all(|parent| *parent == at || order.contains(parent))
            })
        };
        let next = free(false).or_else(|| free(true)).unwrap_or(0);
        order.push(waiting.remove(next));
    }
    order
}

/// A ring of required references, entity by entity, where there is one.
pub(super) fn required_ring(entities: &[Entity]) -> Option<Vec<usize>> {
    (0..entities.len()).find_map(|start| {
        let mut way = vec![start];
        follow(entities, start, &mut way, &mut vec![false; entities.len()]).then_some(way)
    })
}

/// Extends `way` to a ring that ends where it starts.
fn follow(entities: &[Entity], start: usize, way: &mut Vec<usize>, seen: &mut [bool]) -> bool {
    let here = way[way.len() - 1];
    for parent in parents(entities, here, true) {
        if parent == start {
            return true;
        }
        if std::mem::replace(&mut seen[parent], true) {
            continue;
        }
        way.push(parent);
        if follow(entities, start, way, seen) {
            return true;
        }
        way.pop();
    }
    false
}

fn parents(entities: &[Entity], at: usize, only_required: bool) -> Vec<usize> {
    entities[at]
        .fields
        .iter()
        .filter(|field| field.kind == FieldType::Ref && (field.required || !only_required))
        .filter_map(|field| field.references.as_ref())
        .filter_map(|target| entities.iter().position(|entity| &entity.name == target))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::entity_from_text;

    fn entities(texts: &[&str]) -> Vec<Entity> {
        texts
            .iter()
            .map(|text| entity_from_text(text).expect("the test's entity is valid"))
            .collect()
    }

    #[test]
    fn parents_come_before_children() {
        let list = entities(&[
            "loan: note! book:ref!",
            "book: title! author:ref",
            "author: name!",
        ]);
        assert_eq!(parents_first(&list), [2, 1, 0]);
        assert_eq!(required_ring(&list), None);
    }

    #[test]
    fn independent_entities_keep_their_order() {
        let list = entities(&["b: title!", "a: title!", "c: title!"]);
        assert_eq!(parents_first(&list), [0, 1, 2]);
    }

    #[test]
    fn optional_references_may_form_rings_and_yield() {
        let list = entities(&["team: name! captain:ref(player)", "player: name! team:ref!"]);
        assert_eq!(parents_first(&list), [0, 1]);
        assert_eq!(required_ring(&list), None);
        let own = entities(&["category: name! parent:ref(category)"]);
        assert_eq!(parents_first(&own), [0]);
        assert_eq!(required_ring(&own), None);
    }

    #[test]
    fn rings_of_required_references_are_found() {
        let list = entities(&[
            "x: y:ref!",
            "a: b:ref!",
            "b: c:ref!",
            "c: a:ref!",
            "y: title!",
        ]);
        assert_eq!(required_ring(&list), Some(vec![1, 2, 3]));
        assert_eq!(parents_first(&list).len(), 5);
        let own = entities(&["person: mother:ref(person)!"]);
        assert_eq!(required_ring(&own), Some(vec![0]));
    }
}
