//! All files of an application against its contract. Knows no file's place and no producer.

use camino::Utf8PathBuf;

use super::stack::{Stack, Tables};
use super::{elements, endpoints, models, tables};
use crate::contract::Contract;
use crate::diagnostic::Finding;

/// Where the files say otherwise than the contract: endpoints, tables and columns, element ids.
pub fn contract(
    contract: &Contract,
    stack: &Stack,
    files: &[(Utf8PathBuf, String)],
) -> Vec<Finding> {
    let mut findings = endpoints::check(contract, stack, files);
    findings.extend(match stack.tables {
        Tables::Sql => tables::check(contract, files),
        Tables::Models => models::check(contract, files),
    });
    findings.extend(elements::check(contract, files));
    findings
}
