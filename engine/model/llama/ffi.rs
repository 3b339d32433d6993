//! The only unsafe code: the calls into llama.cpp that the safe wrapper lacks. Knows no talk and no message.
#![expect(
    unsafe_code,
    reason = "llama.cpp is a C library; each block says why it is sound"
)]

use std::ffi::{CStr, c_char, c_void};
use std::marker::PhantomData;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use camino::Utf8Path;
use llama_cpp_2::llama_backend::LlamaBackend;
use llama_cpp_2::model::LlamaModel;
use llama_cpp_sys_2 as sys;

use super::super::settings::{KvType, Settings};
use super::log;

/// What llama.cpp says of the processor's instructions that it was built for.
pub(super) fn system_info() -> String {
    // SAFETY: the call has no preconditions and returns a static, terminated string.
    let text = unsafe { CStr::from_ptr(sys::llama_print_system_info()) };
    text.to_string_lossy().into_owned()
}

/// Sends llama.cpp's messages to [`log::heard`].
pub(super) fn listen_to_log(_: &LlamaBackend) {
    unsafe extern "C" fn heard(level: sys::ggml_log_level, text: *const c_char, _: *mut c_void) {
        if !text.is_null() {
            // SAFETY: llama.cpp passes a terminated string that lives during the call.
            let text = unsafe { CStr::from_ptr(text) };
            let is_trouble = matches!(level, sys::GGML_LOG_LEVEL_WARN | sys::GGML_LOG_LEVEL_ERROR);
            log::heard(&text.to_string_lossy(), is_trouble);
        }
    }
    // SAFETY: the callback is a plain function and uses no user data.
    unsafe { sys::llama_log_set(Some(heard), std::ptr::null_mut()) };
}

/// Loads a model, mapped into memory. `progress` hears the share done and ends the load by returning false.
pub(super) fn load(
    _: &LlamaBackend,
    path: &Utf8Path,
    repack: bool,
    mut progress: &mut dyn FnMut(f32) -> bool,
) -> Option<LlamaModel> {
    unsafe extern "C" fn tell(share: f32, listener: *mut c_void) -> bool {
        // SAFETY: it is the pointer given below, whose target outlives the load.
        let listener = unsafe { &mut *listener.cast::<&mut dyn FnMut(f32) -> bool>() };
        listener(share)
    }
    let path = std::ffi::CString::new(path.as_str()).ok()?;
    // SAFETY: the call has no preconditions.
    let mut params = unsafe { sys::llama_model_default_params() };
    params.n_gpu_layers = 0;
    params.load_mode = sys::LLAMA_LOAD_MODE_MMAP;
    params.use_extra_bufts = repack;
    params.progress_callback = Some(tell);
    params.progress_callback_user_data = (&raw mut progress).cast();
    // SAFETY: the backend is initialised, as its value shows, and all pointers outlive the call.
    let model = unsafe { sys::llama_model_load_from_file(path.as_ptr(), params) };
    // SAFETY: `LlamaModel` is transparent over a non-null pointer to the model, which it comes to own.
    NonNull::new(model)
        .map(|model| unsafe { std::mem::transmute::<NonNull<sys::llama_model>, LlamaModel>(model) })
}

/// Tokens to be evaluated together.
#[derive(Default)]
pub(in crate::model) struct Batch {
    tokens: Vec<sys::llama_token>,
    positions: Vec<sys::llama_pos>,
    sequences: Vec<sys::llama_seq_id>,
    wants_scores: Vec<i8>,
}

impl Batch {
    pub(in crate::model) fn clear(&mut self) {
        self.tokens.clear();
        self.positions.clear();
        self.sequences.clear();
        self.wants_scores.clear();
    }

    pub(in crate::model) fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether a token of the sequence is among them.
    pub(in crate::model) fn has(&self, sequence: i32) -> bool {
        self.sequences.contains(&sequence)
    }

    /// Appends a token at a position of a sequence; what follows it is scored if `wants_score`.
    pub(in crate::model) fn push(
        &mut self,
        token: i32,
        position: i32,
        sequence: i32,
        wants_score: bool,
    ) {
        self.tokens.push(token);
        self.positions.push(position);
        self.sequences.push(sequence);
        self.wants_scores.push(wants_score.into());
    }
}

/// Why a batch was not evaluated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::model) enum DecodeError {
    /// No room for its keys and values.
    Full,
    /// It was ended from outside.
    Ended,
    /// llama.cpp's code for anything else.
    Code(i32),
}

/// An evaluation of a model: the keys and values of all sequences, and the scores of the last batch.
pub(in crate::model) struct Context<'m> {
    raw: NonNull<sys::llama_context>,
    shape: Shape,
    /// Per token: how many sequences it belongs to, and a pointer to their numbers.
    counts: Vec<i32>,
    lists: Vec<*mut sys::llama_seq_id>,
    /// Read by llama.cpp while it evaluates: kept as long as the context.
    _ended: Arc<AtomicBool>,
    model: PhantomData<&'m LlamaModel>,
}

/// Numbers that no call may exceed: llama.cpp ends the process where it is asked for more.
struct Shape {
    batch: usize,
    sequences: i32,
    vocabulary: usize,
}

impl<'m> Context<'m> {
    /// Makes a context of the given shape, which has no [`Settings::fault`]. Evaluation ends once `ended` is true.
    pub(super) fn new(
        model: &'m mut LlamaModel,
        settings: &Settings,
        ended: &Arc<AtomicBool>,
    ) -> Option<(Self, &'m LlamaModel)> {
        unsafe extern "C" fn is_ended(flag: *mut c_void) -> bool {
            // SAFETY: it is the pointer given below; the context holds its target.
            unsafe { &*flag.cast::<AtomicBool>() }.load(Ordering::Relaxed)
        }
        let vocabulary = usize::try_from(model.vocab().n_tokens()).ok()?;
        let sequences = settings.sequences();
        // SAFETY: the call has no preconditions.
        let mut params = unsafe { sys::llama_context_default_params() };
        params.n_ctx = settings.cells()?;
        params.n_batch = settings.batch();
        params.n_ubatch = settings.batch();
        params.n_seq_max = sequences;
        // Room for scores is made for each of these, and llama.cpp asks for as many as there are sequences.
        params.n_outputs_max = sequences;
        params.n_threads = i32::try_from(settings.threads).ok()?;
        params.n_threads_batch = i32::try_from(settings.prefill_threads).ok()?;
        params.flash_attn_type = if settings.attends_plainly() {
            sys::LLAMA_FLASH_ATTN_TYPE_DISABLED
        } else {
            sys::LLAMA_FLASH_ATTN_TYPE_AUTO
        };
        let kind = match settings.kv {
            KvType::F16 => sys::GGML_TYPE_F16,
            KvType::Q8_0 => sys::GGML_TYPE_Q8_0,
        };
        params.type_k = kind;
        params.type_v = kind;
        params.kv_unified = true;
        params.swa_full = false;
        params.offload_kqv = false;
        params.op_offload = false;
        params.no_perf = true;
        params.abort_callback = Some(is_ended);
        params.abort_callback_data = Arc::as_ptr(ended).cast_mut().cast();
        // SAFETY: `LlamaModel` is transparent over a pointer to a model, which stays borrowed.
        let raw = unsafe { *std::ptr::from_mut(model).cast::<*mut sys::llama_model>() };
        // SAFETY: the model is valid and no other context of it is being made, as it is borrowed mutably.
        let raw = NonNull::new(unsafe { sys::llama_init_from_model(raw, params) })?;
        // SAFETY: the context is valid.
        let batch = usize::try_from(unsafe { sys::llama_n_batch(raw.as_ptr()) }).ok()?;
        let context = Self {
            raw,
            shape: Shape {
                batch: batch.min(usize::try_from(settings.batch()).ok()?),
                sequences: i32::try_from(sequences).ok()?,
                vocabulary,
            },
            counts: vec![1; batch],
            lists: Vec::with_capacity(batch),
            _ended: Arc::clone(ended),
            model: PhantomData,
        };
        Some((context, model))
    }

    fn memory(&self) -> sys::llama_memory_t {
        // SAFETY: the context is valid; the pointer is used within the calls below only.
        unsafe { sys::llama_get_memory(self.raw.as_ptr()) }
    }

    fn knows(&self, sequence: i32) -> bool {
        (0..self.shape.sequences).contains(&sequence)
    }

    /// Evaluates a batch; sequences that it names are longer by its tokens afterwards.
    pub(in crate::model) fn decode(&mut self, batch: &mut Batch) -> Result<(), DecodeError> {
        let count = batch.len();
        let is_served = (1..=self.shape.batch).contains(&count)
            && batch.sequences.iter().all(|sequence| self.knows(*sequence))
            && batch.tokens.iter().all(|token| {
                usize::try_from(*token).is_ok_and(|token| token < self.shape.vocabulary)
            });
        let Ok(n_tokens) = i32::try_from(count) else {
            return Err(DecodeError::Code(-1));
        };
        if !is_served {
            return Err(DecodeError::Code(-1));
        }
        self.lists.clear();
        self.lists
            .extend(batch.sequences.iter_mut().map(std::ptr::from_mut));
        let raw = sys::llama_batch {
            n_tokens,
            token: batch.tokens.as_mut_ptr(),
            embd: std::ptr::null_mut(),
            pos: batch.positions.as_mut_ptr(),
            n_seq_id: self.counts.as_mut_ptr(),
            seq_id: self.lists.as_mut_ptr(),
            logits: batch.wants_scores.as_mut_ptr(),
        };
        // SAFETY: every array has `n_tokens` elements, each token one sequence, and all live during the call.
        match unsafe { sys::llama_decode(self.raw.as_ptr(), raw) } {
            0 => Ok(()),
            1 => Err(DecodeError::Full),
            2 => Err(DecodeError::Ended),
            code => Err(DecodeError::Code(code)),
        }
    }

    /// How likely each token follows the one at `index` of the last batch, which asked for it.
    pub(in crate::model) fn scores(&self, index: usize) -> Option<&[f32]> {
        let index = i32::try_from(index).ok()?;
        // SAFETY: the context is valid; where the index has no scores the call returns null.
        let scores = unsafe { sys::llama_get_logits_ith(self.raw.as_ptr(), index) };
        // SAFETY: the scores are one number per token of the vocabulary and stay until the next batch, for
        // which the context has to be borrowed mutably.
        (!scores.is_null())
            .then(|| unsafe { std::slice::from_raw_parts(scores, self.shape.vocabulary) })
    }

    /// Makes `to`, which is empty, the same as `from`.
    pub(in crate::model) fn copy(&mut self, from: i32, to: i32) {
        if self.knows(from) && self.knows(to) {
            // SAFETY: both sequences exist; the whole of one is copied, which any kind of memory can.
            unsafe { sys::llama_memory_seq_cp(self.memory(), from, to, -1, -1) };
        }
    }

    /// Empties a sequence.
    pub(in crate::model) fn remove(&mut self, sequence: i32) {
        if self.knows(sequence) {
            // SAFETY: the sequence exists; the whole of one can always be removed.
            unsafe { sys::llama_memory_seq_rm(self.memory(), sequence, -1, -1) };
        }
    }

    /// The keys and values of a sequence, as [`Context::restore`] takes them.
    pub(in crate::model) fn state(&mut self, sequence: i32) -> Option<Vec<u8>> {
        if !self.knows(sequence) {
            return None;
        }
        // SAFETY: context and sequence exist.
        let size = unsafe { sys::llama_state_seq_get_size(self.raw.as_ptr(), sequence) };
        let mut bytes = vec![0; size];
        // SAFETY: the buffer has the size that is passed.
        let written = unsafe {
            sys::llama_state_seq_get_data(self.raw.as_ptr(), bytes.as_mut_ptr(), size, sequence)
        };
        (written == size).then_some(bytes)
    }

    /// Fills an empty sequence with what [`Context::state`] gave, unchanged, for the same model and settings:
    /// llama.cpp ends the process for anything else.
    pub(in crate::model) fn restore(&mut self, sequence: i32, state: &[u8]) -> bool {
        if !self.knows(sequence) {
            return false;
        }
        // SAFETY: context and sequence exist, and the buffer has the size that is passed.
        let read = unsafe {
            sys::llama_state_seq_set_data(self.raw.as_ptr(), state.as_ptr(), state.len(), sequence)
        };
        if read != state.len() {
            self.remove(sequence);
        }
        read == state.len()
    }
}

impl Drop for Context<'_> {
    fn drop(&mut self) {
        // SAFETY: the context is valid and nobody has it after this.
        unsafe { sys::llama_free(self.raw.as_ptr()) };
    }
}
