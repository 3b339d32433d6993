//! The table of tensors and the place of each in the file. Knows no architecture.

use std::collections::BTreeSet;
use std::io::Read;

use super::error::{Fault, Located, Remedy};
use super::kind::{Kind, kind_of};
use super::source::Source;

/// Most tensors of a file; the largest models have a few thousand.
pub const MAX_TENSORS: u64 = 65_536;

/// Longest name in bytes: llama.cpp keeps 64 with a zero at the end (`GGML_MAX_NAME`).
const MAX_NAME_BYTES: u64 = 63;

/// Most dimensions (`GGML_MAX_DIMS`).
const MAX_DIMENSIONS: u32 = 4;

/// A tensor of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// Its name, such as `blk.0.attn_q.weight`.
    pub name: String,
    /// Its number format.
    pub kind: Kind,
    /// Elements of a row, rows, and further dimensions; 1 where there are none.
    pub dimensions: [u64; 4],
    /// Bytes of its data.
    pub bytes: u64,
}

/// Reads `count` entries of the table. Tensors must follow each other without gaps, as llama.cpp asks.
pub(super) fn read<R: Read>(
    source: &mut Source<R>,
    count: u64,
    alignment: u64,
) -> Result<Vec<Tensor>, Located> {
    let mut names = BTreeSet::new();
    let mut tensors = Vec::new();
    let mut end = 0;
    for number in 0..count {
        let offset = source.position();
        let name = source.string(MAX_NAME_BYTES);
        let name = name.map_err(|fault| fault.of(format!("the name of tensor {}", number + 1)))?;
        let place = || format!("tensor `{}`", name.escape_debug());
        if name.is_empty() || !names.insert(name.clone()) {
            let found = if name.is_empty() {
                "a tensor has no name"
            } else {
                "the tensor is there twice"
            };
            let fault = Fault::new(
                offset,
                found,
                "each tensor has its own name",
                Remedy::Convert,
            );
            return Err(fault.of(place()));
        }
        let tensor = entry(source, name.clone(), end).map_err(|fault| fault.of(place()))?;
        let next = tensor.bytes.checked_next_multiple_of(alignment);
        end = next
            .and_then(|bytes| bytes.checked_add(end))
            .ok_or_else(|| too_large(offset, &tensor.dimensions, tensor.kind).of(place()))?;
        tensors.push(tensor);
    }
    Ok(tensors)
}

/// The rest of an entry whose data must begin `expected` bytes into the data section.
fn entry<R: Read>(source: &mut Source<R>, name: String, expected: u64) -> Result<Tensor, Fault> {
    let offset = source.position();
    let count = source.u32()?;
    if count == 0 || count > MAX_DIMENSIONS {
        let found = format!("it has {count} dimensions");
        return Err(Fault::new(
            offset,
            found,
            "1 to 4 are allowed",
            Remedy::Fetch,
        ));
    }
    let mut dimensions = [1; 4];
    for dimension in dimensions.iter_mut().take(count as usize) {
        let offset = source.position();
        *dimension = source.u64()?;
        if *dimension == 0 {
            let found = "a dimension is 0";
            return Err(Fault::new(
                offset,
                found,
                "it is 1 or more",
                Remedy::Convert,
            ));
        }
    }
    let offset = source.position();
    let id = source.u32()?;
    let kind = kind_of(id).ok_or_else(|| {
        Fault::new(
            offset,
            format!("its number format is {id}"),
            "the formats that this llama.cpp knows are 0 to 42 without the removed ones",
            Remedy::Convert,
        )
    })?;
    if !dimensions[0].is_multiple_of(kind.elements) {
        return Err(Fault::new(
            offset,
            format!("rows of {} elements are in {}", dimensions[0], kind.name),
            format!("rows in {} have a multiple of {}", kind.name, kind.elements),
            Remedy::Convert,
        ));
    }
    let bytes = size(&dimensions, kind).ok_or_else(|| too_large(offset, &dimensions, kind))?;
    let offset = source.position();
    let start = source.u64()?;
    if start != expected {
        return Err(Fault::new(
            offset,
            format!("its data begins {start} bytes into the data"),
            format!(
                "tensors follow each other without gaps or overlaps, so it begins at {expected}"
            ),
            Remedy::Convert,
        ));
    }
    Ok(Tensor {
        name,
        kind,
        dimensions,
        bytes,
    })
}

/// Bytes of a tensor, where they can be counted.
fn size(dimensions: &[u64; 4], kind: Kind) -> Option<u64> {
    let elements = dimensions
        .iter()
        .try_fold(1_u64, |product, dimension| product.checked_mul(*dimension))?;
    // llama.cpp counts elements in signed 64 bits.
    i64::try_from(elements).ok()?;
    (elements / kind.elements).checked_mul(kind.bytes)
}

fn too_large(offset: u64, dimensions: &[u64; 4], kind: Kind) -> Fault {
    Fault::new(
        offset,
        format!(
            "dimensions {dimensions:?} in {} are beyond counting",
            kind.name
        ),
        "sizes fit 63 bits",
        Remedy::Fetch,
    )
}
