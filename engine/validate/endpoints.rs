//! The contract's endpoints and pages against the routes that the code declares. Knows no language.

use camino::Utf8PathBuf;

use super::routes::{Route, routes};
use super::stack::Stack;
use crate::contract::Contract;
use crate::diagnostic::{Finding, did_you_mean};

/// Stands for a parameter of a path.
const PARAMETER: &str = "{}";

/// Endpoints and pages that are declared nowhere, and routes that are declared twice.
pub(super) fn check(
    contract: &Contract,
    stack: &Stack,
    files: &[(Utf8PathBuf, String)],
) -> Vec<Finding> {
    let style = stack.endpoint.as_ref();
    let pattern = style.map_or("{name}", |style| style.parameter.as_str());
    let routes: Vec<Route> = routes(files)
        .into_iter()
        .map(|mut route| {
            for path in &mut route.paths {
                *path = normal(path, pattern);
            }
            route
        })
        .collect();
    let endpoints = contract.endpoints.iter().filter_map(|endpoint| {
        let due = normal(&endpoint.path, "{name}");
        let declared =
            |route: &Route| route.method == endpoint.method && route.paths.contains(&due);
        (!routes.iter().any(declared))
            .then(|| missing(&routes, &endpoint.method, &endpoint.path, &due))
    });
    let pages = contract.pages.iter().filter_map(|page| {
        let due = normal(&page.path, "{name}");
        let shown = |route: &Route| {
            route.method == "GET" && route.paths.iter().any(|path| covers(path, &due))
        };
        (!routes.iter().any(shown)).then(|| missing(&routes, "GET", &page.path, &due))
    });
    endpoints.chain(pages).chain(twice(&routes)).collect()
}

/// The path with every parameter written alike. A stack's pattern, such as `<int:{name}>`, gives the
/// brackets; what a converter admits is for the application's tests.
fn normal(path: &str, pattern: &str) -> String {
    let (open, close) = pattern.split_once("{name}").unwrap_or(("", ""));
    let (open, close) = match (open.chars().next(), close.chars().last()) {
        (Some(open), Some(close)) => (open, close),
        (Some(open), None) => (open, '\0'),
        _ => ('{', '}'),
    };
    let part = |part: &str| {
        let named = part.starts_with(open) && (close == '\0' || part.ends_with(close));
        if named {
            PARAMETER.to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Whether a route serves `due`, a parameter standing for any name.
fn covers(path: &str, due: &str) -> bool {
    let (mut have, mut want) = (path.split('/'), due.split('/'));
    loop {
        match (have.next(), want.next()) {
            (None, None) => return true,
            (Some(have), Some(want)) if have == want || have == PARAMETER => {}
            _ => return false,
        }
    }
}

fn missing(routes: &[Route], method: &str, path: &str, due: &str) -> Finding {
    let same_path: Vec<&Route> = routes
        .iter()
        .filter(|route| route.paths.iter().any(|path| path == due))
        .collect();
    let mut methods: Vec<&str> = same_path
        .iter()
        .map(|route| route.method.as_str())
        .collect();
    methods.sort_unstable();
    methods.dedup();
    let near = if methods.is_empty() {
        let paths = routes
            .iter()
            .flat_map(|route| &route.paths)
            .map(String::as_str);
        did_you_mean(due, paths).map(|near| format!("; there is `{near}`"))
    } else {
        Some(format!("; the path has {}", methods.join(", ")))
    };
    let message = format!(
        "`{method} {path}` is not declared{}",
        near.unwrap_or_default()
    );
    let mut finding = Finding::error("contract::endpoint", message)
        .help("Declare the route with this method and path.");
    if let Some(route) = same_path.first() {
        finding = finding.at(route.place.clone());
    }
    finding
}

fn twice(routes: &[Route]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, route) in routes.iter().enumerate() {
        let path = &route.paths[0];
        let same = |other: &&Route| other.method == route.method && other.paths[0] == *path;
        if let Some(first) = routes[..at].iter().find(same) {
            let message = format!("`{} {path}` is declared twice", route.method);
            findings.push(
                Finding::error("contract::endpoint-twice", message)
                    .at(route.place.clone())
                    .related(first.place.clone(), "declared here first")
                    .help("Remove one of the two."),
            );
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read_by_the_stacks_brackets() {
        assert_eq!(normal("/a/<int:id>/b", "<int:{name}>"), "/a/{}/b");
        assert_eq!(normal("/a/<id>", "<int:{name}>"), "/a/{}");
        assert_eq!(normal("/a/:id/b", ":{name}"), "/a/{}/b");
        assert_eq!(normal("/a/{id}", "<{name}>"), "/a/{id}");
    }

    #[test]
    fn a_route_with_a_parameter_serves_any_name() {
        assert!(covers("/{}", "/books"));
        assert!(covers("/books/{}", "/books/{}"));
        assert!(!covers("/books", "/{}"));
        assert!(!covers("/{}", "/books/new"));
    }
}
