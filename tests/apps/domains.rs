//! Applications of other domains. Between them they have every field type and feature, related entities, reserved words,
//! long names and tables that refer to themselves.

use std::collections::BTreeSet;

use super::Start;

/// Every field type of the contract.
const TYPES: [&str; 16] = [
    "string", "text", "integer", "number", "money", "boolean", "date", "datetime", "time",
    "choice", "email", "url", "phone", "ref", "tags", "many",
];

#[test]
fn a_library() {
    let types = stands("library", &[]);
    for due in ["ref", "date", "many"] {
        assert!(types.contains(due), "{due} is not among {types:?}");
    }
}

#[test]
fn an_inventory_with_every_field_type() {
    let types = stands(
        "inventory of products with suppliers and a dashboard, fastapi",
        &[
            "supplier: name:string! email website:url phone notes:text",
            "product: name:string! sku:string(20)!^ description:longtext stock:int(0..)=0 price:money(0..) \
             weight:number(0..) discontinued:bool condition:choice(new|used|refurbished)=new restock_on:date \
             counted_at:datetime delivery_from:time supplier:ref(supplier) labels:tags goes_with:many(product) \
             resellers:many(supplier)",
        ],
    );
    assert_eq!(types, TYPES.map(str::to_owned).into());
}

#[test]
fn a_clinic_whose_bookings_need_two_others() {
    stands(
        "clinic bookings with django",
        &[
            "doctor: name:string!^ specialty:choice(general|dentist|children) email!^ phone room:int(1..99) \
             website:url starts_at:time fee:money=40 languages:tags!",
            "patient: name:string! born_on:date! phone! weight:number(0.5..400) insured:bool=true allergies:text",
            "appointment: reason:string(120)! doctor:ref(doctor)! patient:ref(patient)! starts_at:datetime! \
             length:int(5..240)=20 status:choice(booked|seen|missed)=booked notes:longtext",
        ],
    );
}

#[test]
fn a_course_catalogue() {
    stands(
        "course catalogue with login and a dashboard",
        &[
            "teacher: name:string! email:email!^ office_phone:phone homepage:url",
            "course: title:string!^ teacher:ref(teacher)! about:longtext credits:number(0.5..30) fee:money(0..999.99) \
             seats:int(1..500)! level:choice(beginner|intermediate|advanced)=beginner starts_on:date! weekly_at:time \
             open:bool=true",
            "enrolment: student:string!^^ course:ref(course)! email enrolled_at:datetime grade:number(1..6) paid:bool",
        ],
    );
}

#[test]
fn expenses_with_categories() {
    let types = stands(
        "expense tracker with categories, csv export and monthly totals, fastapi",
        &[
            "category: name:string(40)!^ budget:money(0..) colour:choice(red|green|blue)",
            "project: name:string!^",
            "expense: description:string! amount:money(0.01..)! category:ref(category) spent_on:date! tags projects:many(project)! \
             paid_at:datetime at:time receipt:url shop_email:email shop_phone:phone note:longtext quantity:int(1..)=1 \
             rate:number reimbursed:bool",
        ],
    );
    assert_eq!(types, TYPES.map(str::to_owned).into());
}

#[test]
fn reserved_words_and_a_table_that_refers_to_itself() {
    stands(
        "reserved words with login, csv export and a dashboard, django",
        &[
            "order: select:string! from:string group:ref(group)! index:int class:choice(import|return|yield) \
             where:longtext table:bool",
            "group: name:string!^ parent:ref(group) type:choice(user|admin) values:number items:money=1.50 keys:date \
             get:time update:datetime default:email check:url return:phone values_of:many(order) with:tags",
        ],
    );
}

/// The field types of an application that stands.
fn stands(request: &str, entities: &[&str]) -> BTreeSet<String> {
    let contract = super::stands(request, entities, Start::Quickly);
    let entities = contract["entities"].as_array().unwrap();
    assert!(entities.len() >= 2, "{request} has related entities");
    let fields = entities
        .iter()
        .flat_map(|entity| entity["fields"].as_array().unwrap());
    fields
        .map(|field| field["type"].as_str().unwrap().to_owned())
        .collect()
}
