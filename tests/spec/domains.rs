//! Requests that say little more than a domain: what it is about is made, and comes first.

use codey::spec::read_request;

use super::corpus::options;

#[test]
fn what_a_domain_is_about_is_made_though_no_word_names_it() {
    for (ask, entities) in [
        ("inventory with suppliers", "product supplier"),
        ("blog with comments and categories", "post comment category"),
        ("library with members", "book member loan"),
        ("library", "book author member loan"),
        ("twitter clone", "post like follow"),
        ("crm", "customer deal interaction"),
        ("spotify clone", "track album artist playlist"),
        ("uber clone", "ride driver"),
        ("online shop", "product customer order"),
        ("trello clone", "board list card"),
        ("airbnb clone", "listing booking"),
        ("gym membership management", "member membership"),
        // A gym that has members keeps no workouts, and articles are what this blog keeps.
        ("gym with members and classes", "member class_"),
        ("blog with articles and tags", "article"),
    ] {
        let spec = read_request(ask, &options());
        let names: Vec<&str> = spec.entities.iter().map(|entity| &*entity.name).collect();
        assert_eq!(names.join(" "), entities, "{ask}");
    }
}
