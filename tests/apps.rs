//! Applications of other domains: each is generated, passes its own tests, and stands a round of use and abuse over
//! HTTP. Between them they have every field type, related entities, reserved words and a table that refers to itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Project, cache_dir};

/// Most characters of a line of the generated Python where names are of common length.
const LINE: usize = 100;

/// Every field type of the contract.
const TYPES: [&str; 14] = [
    "string", "text", "integer", "number", "money", "boolean", "date", "datetime", "time",
    "choice", "email", "url", "phone", "ref",
];

#[test]
fn a_library() {
    let types = stands("library with authors, books and loans", &[]);
    assert!(types.contains("ref") && types.contains("date"), "{types:?}");
}

#[test]
fn an_inventory_with_every_field_type() {
    let types = stands(
        "inventory of products with suppliers",
        &[
            "supplier: name:string! email website:url phone notes:text",
            "product: name:string! sku:string(20)!^ description:longtext stock:int(0..)=0 price:money(0..) \
             weight:number(0..) discontinued:bool condition:choice(new|used|refurbished)=new restock_on:date \
             counted_at:datetime delivery_from:time supplier:ref(supplier)",
        ],
    );
    assert_eq!(types, TYPES.map(str::to_owned).into());
}

#[test]
fn a_clinic_whose_bookings_need_two_others() {
    stands(
        "clinic bookings",
        &[
            "doctor: name:string!^ specialty:choice(general|dentist|children) email!^ phone room:int(1..99) \
             website:url starts_at:time fee:money=40",
            "patient: name:string! born_on:date! phone! weight:number(0.5..400) insured:bool=true allergies:text",
            "appointment: reason:string(120)! doctor:ref(doctor)! patient:ref(patient)! starts_at:datetime! \
             length:int(5..240)=20 status:choice(booked|seen|missed)=booked notes:longtext",
        ],
    );
}

#[test]
fn a_course_catalogue() {
    stands(
        "course catalogue",
        &[
            "teacher: name:string! email:email!^ office_phone:phone homepage:url",
            "course: title:string!^ teacher:ref(teacher)! about:longtext credits:number(0.5..30) fee:money(0..999.99) \
             seats:int(1..500)! level:choice(beginner|intermediate|advanced)=beginner starts_on:date! weekly_at:time \
             open:bool=true",
            "enrolment: student:string! course:ref(course)! email enrolled_at:datetime grade:number(1..6) paid:bool",
        ],
    );
}

#[test]
fn expenses_with_categories() {
    let types = stands(
        "expense tracker with categories",
        &[
            "category: name:string(40)!^ budget:money(0..) colour:choice(red|green|blue)",
            "expense: description:string! amount:money(0.01..)! category:ref(category) spent_on:date! \
             paid_at:datetime at:time receipt:url shop_email:email shop_phone:phone note:longtext quantity:int(1..)=1 \
             rate:number reimbursed:bool",
        ],
    );
    assert_eq!(types, TYPES.map(str::to_owned).into());
}

#[test]
fn reserved_words_and_a_table_that_refers_to_itself() {
    stands(
        "reserved words",
        &[
            "order: select:string! from:string group:ref(group)! index:int class:choice(import|return|yield) \
             where:longtext table:bool",
            "group: name:string!^ parent:ref(group) type:choice(user|admin) values:number items:money=1.50 keys:date \
             get:time update:datetime default:email check:url return:phone",
        ],
    );
}

/// Generates the application, which runs its own tests, then uses it; the field types it has.
fn stands(request: &str, entities: &[&str]) -> BTreeSet<String> {
    let project = Project::new();
    let mut args = vec![request];
    args.extend(entities.iter().flat_map(|entity| ["--entity", entity]));

    let run = project
        .codey(&[&["run"], &args[..], &["--dir", "app"]].concat())
        .exits(0);
    assert!(run.stderr.contains("passed"), "pytest ran: {}", run.stderr);
    let planned = project
        .codey(&[&["plan"], &args[..], &["--contract"]].concat())
        .exits(0);
    project.write("contract.json", &planned.stdout);
    lines_are_short(&project);

    let round = Command::new(python(&project))
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/apps/blackbox.py"))
        .args(["app", "contract.json"])
        .arg(project.path().join("data.sqlite3"))
        .current_dir(project.path())
        .output()
        .unwrap();
    assert!(
        round.status.success(),
        "{request}:\n{}{}",
        String::from_utf8_lossy(&round.stdout),
        String::from_utf8_lossy(&round.stderr)
    );

    let contract: serde_json::Value = serde_json::from_str(&planned.stdout).unwrap();
    let entities = contract["entities"].as_array().unwrap();
    assert!(entities.len() >= 2, "{request} has related entities");
    let fields = entities
        .iter()
        .flat_map(|entity| entity["fields"].as_array().unwrap());
    fields
        .map(|field| field["type"].as_str().unwrap().to_owned())
        .collect()
}

fn lines_are_short(project: &Project) {
    for (path, bytes) in project.tree("app") {
        if Path::new(&path)
            .extension()
            .is_some_and(|kind| kind == "py")
        {
            for (line, number) in String::from_utf8(bytes).unwrap().lines().zip(1..) {
                let length = line.chars().count();
                assert!(
                    length <= LINE,
                    "{path}:{number} has {length} characters: {line}"
                );
            }
        }
    }
}

/// The interpreter of the virtual environment that codey made for the application's requirements.
fn python(project: &Project) -> PathBuf {
    let required = project.read("app/requirements-dev.txt");
    let environments = std::fs::read_dir(cache_dir()).unwrap();
    environments
        .map(|entry| entry.unwrap().path())
        .find(|path| {
            let text = std::fs::read_to_string(path.join("requirements/requirements-dev.txt"));
            path.join("complete").exists() && text.is_ok_and(|text| text == required)
        })
        .expect("codey run made a virtual environment")
        .join("bin/python")
}
