//! Kinds of projects besides web applications: each is generated and passes its own checks for real.

mod frames;
mod pipelines;
mod python;
mod rust;
mod site;

use crate::common::{Ended, Project};

/// A title with what ends texts, comments and markup in the languages that are written.
const HOSTILE: &str = "Bob's \"\"\" tool */ --> {{ 7*7 }} {% x %} <b>&\\ %(prog)s %s ${x} #\nnext";

/// Entities with every type of field, rules of all sorts, and relations of every kind.
const SHOP: &str = r#"[
    { name: supplier, fields: ["name:string!^", "email", "website:url", "phone", "notes:text", "partners:many(supplier)"] },
    { name: product, fields: ["name:string!", "sku:string(20)!^", "description:longtext", "stock:int(0..)=0",
        "price:money(0.5..999.99)", "weight:number(0.5..400)", "discontinued:bool", "condition:choice(new|used|refurbished)=new",
        "rating:1..5", "restock_on:date!", "counted_at:datetime", "delivery_from:time", "labels:tags",
        "supplier:ref(supplier)!", "makers:many(supplier)!", "replaces:ref(product)"] },
]"#;

/// Entities and fields that are called as words of the languages, of the command line and of the program itself.
const WORDS: &str = r#"[
    { name: match, fields: ["json:string(3)!", "help:int(1..5)!", "no_json:bool=true", "limit:bool", "self:bool",
        "fn:choice(\"a%b\"|\"100%\"|\"x y\"|\"'; DROP\")", "impl:string", "crate:money", "type:date!", "sort:choice(mod|use)!"] },
    { name: impl, fields: ["amount:money!", "match:ref(match)!", "struct:text", "data:tags!", "command:many(match)"] },
    { name: list, fields: ["class:string!", "from:string=\"it's \\\"so\\\"\"", "add:number=1.5", "done:bool", "version:1..5=3"] },
]"#;

/// Runs a shipped plan into `out` of a new project.
fn made(plan: &str, set: &[(&str, &str)], options: &[&str]) -> (Project, Ended) {
    let project = Project::new();
    let set: Vec<String> = set
        .iter()
        .map(|(name, value)| format!("--set={name}={value}"))
        .collect();
    let mut args = vec!["run", plan, "--dir", "out"];
    args.extend(set.iter().map(String::as_str));
    args.extend(options);
    let ended = project.codey(&args).exits(0);
    (project, ended)
}

/// The paths of the files below `out`.
fn paths(project: &Project) -> Vec<String> {
    let files = project.tree("out").into_iter();
    files.map(|(path, _)| path).collect()
}
