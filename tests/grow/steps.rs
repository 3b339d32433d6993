//! Steps of growing, with rows in the database before each.
