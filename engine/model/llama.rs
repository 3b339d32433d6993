//! The linked llama.cpp, as far as it can be asked without loading a model. Generates nothing.

/// What is known of the linked llama.cpp: its devices and whether it can map model files.
pub fn linked() -> Option<String> {
    let devices: Vec<String> = llama_cpp_2::list_llama_ggml_backend_devices()
        .into_iter()
        .map(|device| device.description.trim().to_owned())
        .collect();
    let mapping = if llama_cpp_2::mmap_supported() {
        "maps files"
    } else {
        "reads files whole"
    };
    Some(format!("{}; {mapping}", devices.join(", ")))
}
