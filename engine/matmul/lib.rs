//! Products of weights and several columns, where llama.cpp asks for them. Knows no graph, model or talk.
//!
//! llama.cpp multiplies weights with a few columns, as eight talks make them, hardly faster than with as many one by
//! one: its products unpack the weights anew for every few columns. Here some rows are unpacked once for all columns and lie
//! side by side, so that an instruction multiplies and adds four bytes of each: of sixteen rows with AVX-512, of eight
//! with AVX2. Only the order in which the same numbers are added differs.
//!
//! | file | holds |
//! |---|---|
//! | `hook.rs` | the function that llama.cpp calls |
//! | `multiply.rs` | the product: panels of rows, one after another |
//! | `panel.rs` | rows of weights, unpacked |
//! | `columns.rs` | columns of the other factor |
//! | `tile.rs` | a panel times some columns |
//! | `format.rs` | how weights and columns are stored |
//! | `vector/` | vectors of one number per row |

#[cfg(linked)]
mod columns;
#[cfg(linked)]
mod format;
// Its callers and callees are in llama.cpp, which the crate's own tests are not linked with.
#[cfg(all(linked, not(test)))]
mod hook;
#[cfg(linked)]
mod multiply;
#[cfg(test)]
mod oracle;
#[cfg(linked)]
mod panel;
#[cfg(test)]
mod tests;
#[cfg(linked)]
mod tile;
#[cfg(linked)]
mod vector;

/// Whether llama.cpp's products with several columns are those of this crate.
pub const LINKED: bool = cfg!(linked);

/// Whether products with weights in this format, a number of `ggml_type`, are those of this crate; those of experts, of
/// which each token chooses some, never are.
#[cfg(linked)]
pub fn multiplies(format: u32) -> bool {
    i32::try_from(format).is_ok_and(|number| format::Format::of(number).is_some())
}

/// Whether products with weights in this format are those of this crate: none is, here.
#[cfg(not(linked))]
pub fn multiplies(_: u32) -> bool {
    false
}
