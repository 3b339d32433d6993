//! The linked llama.cpp, as far as it can be asked without loading a model. Generates nothing.

use super::super::Linked;
use super::ffi;

/// What is known of the linked llama.cpp.
pub fn linked() -> Option<Linked> {
    let devices = llama_cpp_2::list_llama_ggml_backend_devices();
    let names = devices
        .iter()
        .map(|device| device.description.trim().to_owned());
    let mut instructions = instructions(&ffi::system_info());
    instructions.extend(codey_matmul::LINKED.then(|| "CODEY_MATMUL".to_owned()));
    Some(Linked {
        devices: names.collect(),
        instructions,
        maps_files: llama_cpp_2::mmap_supported(),
    })
}

/// Names of what is on in a text such as `CPU : AVX = 1 | AVX2 = 0 | `.
fn instructions(system: &str) -> Vec<String> {
    let entries = system.split('|').filter_map(|entry| {
        let (name, value) = entry.split_once('=')?;
        let name = name.rsplit(':').next()?.trim();
        (value.trim() != "0").then(|| name.to_owned())
    });
    entries.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_on_is_listed() {
        let text = "CPU : SSE3 = 1 | AVX2 = 1 | AVX512 = 0 | REPACK = 1 | ";
        assert_eq!(instructions(text), ["SSE3", "AVX2", "REPACK"]);
        assert!(instructions("").is_empty());
    }

    #[test]
    fn the_linked_library_names_a_device() {
        assert!(!linked().unwrap().devices.is_empty());
    }
}
