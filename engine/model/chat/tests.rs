//! Templates in the forms that real models use, in own wording.

use proptest::prelude::*;

use super::super::gguf::builder::{model, text};
use super::super::gguf::{Header, Vocabulary};
use super::frames::MARKS;
use super::render::Renderer;
use super::*;

const CHATML: &str = "{% for m in messages %}{{ '<|im_start|>' ~ m['role'] ~ '\n' ~ m['content'] ~ '<|im_end|>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/// A rule of its own when no system message is given, as Qwen2.5 has.
const CHATML_DEFAULT: &str = "{%- if messages[0].role == 'system' %}
{{- '<|im_start|>system\n' + messages[0].content + '<|im_end|>\n' }}
{%- else %}
{{- '<|im_start|>system\nBe of help.<|im_end|>\n' }}
{%- endif %}
{%- for m in messages %}
{%- if m.role != 'system' or not loop.first %}
{{- '<|im_start|>' + m.role + '\n' + m.content + '<|im_end|>\n' }}
{%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
{{- '<|im_start|>assistant\n' }}
{%- if enable_thinking is defined and enable_thinking is false %}
{{- '<think>\n\n</think>\n\n' }}
{%- endif %}
{%- endif %}";

const HEADERS: &str = "{{- bos_token }}
{%- if not date_string is defined %}
{%- if strftime_now is defined %}{%- set date_string = strftime_now('%d %b %Y') %}{%- else %}{%- set date_string = 'never' %}{%- endif %}
{%- endif %}
{%- if messages[0]['role'] == 'system' %}{%- set rules = messages[0]['content'].strip() %}{%- set messages = messages[1:] %}{%- else %}{%- set rules = '' %}{%- endif %}
{{- '<|start_header_id|>system<|end_header_id|>\n\nDate: ' + date_string + '\n\n' + rules + '<|eot_id|>' }}
{%- for m in messages %}
{{- '<|start_header_id|>' + m['role'] + '<|end_header_id|>\n\n' + m['content'] | trim + '<|eot_id|>' }}
{%- endfor %}
{%- if add_generation_prompt %}{{- '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{%- endif %}";

const GEMMA: &str = "{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('no system role') }}{% endif %}{% for m in messages %}{% if (m['role'] == 'user') != (loop.index0 % 2 == 0) %}{{ raise_exception('roles take turns') }}{% endif %}{% set role = 'model' if m['role'] == 'assistant' else m['role'] %}{{ '<start_of_turn>' + role + '\n' + (m['content'] | trim) + '<end_of_turn>\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}";

/// The system message stands in the last turn of the user.
const INST: &str = "{%- if messages[0]['role'] == 'system' %}{%- set rules = messages[0]['content'] %}{%- set turns = messages[1:] %}{%- else %}{%- set turns = messages %}{%- endif %}{{- bos_token }}{%- for m in turns %}{%- if m['role'] == 'user' %}{%- if loop.last and rules is defined %}{{- '[INST] ' + rules + '\n\n' + m['content'] + '[/INST]' }}{%- else %}{{- '[INST] ' + m['content'] + '[/INST]' }}{%- endif %}{%- else %}{{- ' ' + m['content'] + eos_token }}{%- endif %}{%- endfor %}";

/// A template that knows no system message and says nothing of it.
const DROPS: &str = "{% for m in messages %}{% if m.role == 'user' %}<u>{{ m.content }}</u>{% elif m.role == 'assistant' %}<a>{{ m.content }}</a>{% endif %}{% endfor %}<a>";

const ALL: [(&str, &str); 6] = [
    ("chatml", CHATML),
    ("chatml with rules", CHATML_DEFAULT),
    ("headers", HEADERS),
    ("gemma", GEMMA),
    ("inst", INST),
    ("drops", DROPS),
];

fn vocabulary() -> Vocabulary {
    Vocabulary {
        bos: Some("<bos>".to_owned()),
        eos: Some("</s>".to_owned()),
        ..Vocabulary::default()
    }
}

fn template(source: &str) -> ChatTemplate {
    ChatTemplate {
        frames: frames::find(source, &vocabulary()).unwrap(),
        origin: Origin::File,
    }
}

fn prompt(shared: &str, own: &str, lead: &str) -> Prompt {
    Prompt {
        shared: shared.to_owned(),
        own: own.to_owned(),
        lead: lead.to_owned(),
    }
}

/// Segments as one text, contents between braces.
fn drawn(segments: &[Segment]) -> String {
    let text = segments.iter().map(|segment| match segment.is_markup {
        true => segment.text.clone(),
        false => format!("{{{}}}", segment.text),
    });
    text.collect()
}

fn whole(segments: &[Segment]) -> String {
    segments
        .iter()
        .map(|segment| segment.text.as_str())
        .collect()
}

#[test]
fn each_form_of_conversation_is_cut_where_contents_begin_and_end() {
    let mut texts = Vec::new();
    for (name, source) in ALL {
        let template = template(source);
        let parts = template.open(&prompt("RULES", "WISH", "LEAD"));
        let shared = parts.shared as usize;
        let (first, second) = parts.segments.split_at(shared);
        let bare = template.open(&prompt("", "WISH", "")).segments;
        let again = template.again("MORE", "LEAD");
        texts.push(format!(
            "== {name}\n-- shared\n{}\n-- own\n{}\n-- alone\n{}\n-- again\n{}\n",
            drawn(first),
            drawn(second),
            drawn(&bare),
            drawn(&again)
        ));
    }
    insta::assert_snapshot!(texts.concat());
}

#[test]
fn what_cannot_be_used_is_said() {
    let faults = [
        ("{% for m in", "no template"),
        ("{{ raise_exception('never') }}", "always raises"),
        (
            "{% for m in messages %}{{ m.content }}{{ m.content }}{% endfor %}",
            "writes twice",
        ),
        ("hello", "writes nothing of it"),
        (
            "{% for m in messages %}{% if loop.index > 1 %}{{ fail() }}{% endif %}{{ m.content }}{% endfor %}",
            "one message only",
        ),
        (
            "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}",
            "without end",
        ),
        (
            "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
            "calls itself",
        ),
        ("{% include 'other' %}", "another file"),
        (
            "{% for m in messages %}{{ strftime_now('%Y') }}{{ m.content }}{% endfor %}",
            "asks for the time",
        ),
    ];
    let lines: Vec<String> = faults
        .iter()
        .map(|(source, name)| {
            let fault = frames::find(source, &vocabulary()).expect_err(name);
            format!("{name}: {fault}")
        })
        .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn without_a_template_control_tokens_name_the_family() {
    let header = |file: super::super::gguf::builder::File| Header::from_bytes(&file.bytes());
    let chat = ChatTemplate::from(&header(model())).unwrap();
    assert!(matches!(chat.origin(), Origin::Family("ChatML", _)));
    assert_eq!(chat.frames, {
        let mut frames = frames::find(CHATML, &vocabulary()).unwrap();
        frames.trims = false;
        frames
    });
    let broken = model().with("tokenizer.chat_template", text("{% if"));
    let chat = ChatTemplate::from(&header(broken)).unwrap();
    let Origin::Family("ChatML", reason) = chat.origin() else {
        panic!("{:?}", chat.origin());
    };
    assert!(reason.contains("syntax error"), "{reason}");
    let bare = model().without("tokenizer.ggml.token_type");
    let error = ChatTemplate::from(&header(bare)).unwrap_err();
    assert!(error.to_string().contains("no template"), "{error}");
    let good = model().with("tokenizer.chat_template", text(CHATML));
    let chat = ChatTemplate::from(&header(good)).unwrap();
    assert_eq!(chat.origin(), &Origin::File);
}

#[test]
fn a_model_that_wants_a_first_token_gets_one() {
    let mut vocabulary = vocabulary();
    vocabulary.adds_bos = true;
    for (source, expected) in [
        (CHATML, "<bos><|im_start|>"),
        (GEMMA, "<bos><start_of_turn>"),
    ] {
        let frames = frames::find(source, &vocabulary).unwrap();
        assert!(frames.before_user.starts_with(expected), "{frames:?}");
    }
}

proptest! {
    #[test]
    fn contents_stay_contents_and_the_whole_is_what_the_template_writes(
        which in 0..ALL.len(),
        shared in "[ a-z<|>_\n]{1,20}x",
        own in "[ a-z<|>_\n]{1,20}x",
    ) {
        let (name, source) = ALL[which];
        let template = template(source);
        let (shared, own) = (format!("{shared}<|im_end|>"), format!("{own}<end_of_turn>"));
        let parts = template.open(&prompt(&shared, &own, ""));
        for segment in parts.segments.iter().filter(|segment| segment.is_markup) {
            for text in [&shared, &own] {
                prop_assert!(!segment.text.contains(text.trim()));
            }
            for mark in MARKS {
                prop_assert!(!segment.text.contains(mark));
            }
        }
        let vocabulary = vocabulary();
        let renderer = Renderer::new(source, &vocabulary).unwrap();
        let plain = match name {
            "gemma" | "drops" => {
                let shared = template.frames.content(&shared);
                let joined = format!("{shared}{JOINT}{}", template.frames.content(&own));
                renderer.render(&[("user", &joined)])
            }
            _ => renderer.render(&[("system", &shared), ("user", &own)]),
        };
        prop_assert_eq!(whole(&parts.segments), plain.unwrap());
    }
}
