//! Colours and type of the picture, for light and dark pages. Knows nothing of plans.

/// Kinds of nodes that have a colour, in the order of the legend.
pub(super) const KINDS: [&str; 4] = ["tool", "template", "model", "check"];

/// The picture's style sheet.
pub(super) const STYLE: &str = r#"<style>
svg { --page: #ffffff; --ink: #1c2430; --soft: #5d6876; --line: #a3adb9; --bad: #c2352b;
  --tool: #64748b; --tool-fill: #f4f6f8; --template: #2c6bd6; --template-fill: #f0f5fe;
  --model: #8a4fd0; --model-fill: #f7f1fe; --check: #1f8a54; --check-fill: #eefaf2;
  font-family: ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "DejaVu Sans", sans-serif; }
@media (prefers-color-scheme: dark) { svg { --page: #11151b; --ink: #e7ebf0; --soft: #9aa6b4; --line: #56616e; --bad: #ff7a6e;
  --tool: #94a3b8; --tool-fill: #1b222b; --template: #6ea4ff; --template-fill: #15233b;
  --model: #bd93f5; --model-fill: #251a38; --check: #4fc98a; --check-fill: #12291f; } }
.page { fill: var(--page); }
.panel { fill: none; stroke: var(--line); stroke-opacity: .55; }
.name { font-size: 19px; font-weight: 650; fill: var(--ink); }
.about { font-size: 13px; fill: var(--soft); }
.fact { font-size: 12px; fill: var(--soft); }
.tool { --own: var(--tool); --fill: var(--tool-fill); }
.template { --own: var(--template); --fill: var(--template-fill); }
.model { --own: var(--model); --fill: var(--model-fill); }
.check { --own: var(--check); --fill: var(--check-fill); }
.mixed { --own: var(--line); --fill: var(--page); }
.key, .bar { fill: var(--own); }
.body { fill: var(--fill); stroke: var(--own); stroke-opacity: .45; }
.id { font-size: 13px; font-weight: 600; fill: var(--ink); }
.chunk { font-size: 11px; fill: var(--own); }
.path { font-size: 10.5px; fill: var(--soft); font-family: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; }
.mark { font-size: 13px; font-weight: 700; fill: var(--own); }
.cached .body { fill: var(--page); stroke-opacity: .3; }
.cached .id { fill: var(--soft); }
.depends .body { stroke-dasharray: 5 4; stroke-opacity: .8; }
.conflict .body { stroke: var(--bad); stroke-opacity: 1; stroke-width: 1.5; }
.conflict .mark { fill: var(--bad); }
.edge { fill: none; stroke: var(--line); stroke-width: 1.4; }
.head { fill: var(--line); }
.failure.edge { stroke: var(--bad); stroke-dasharray: 5 4; }
.failure.head { fill: var(--bad); }
.always.edge { stroke-dasharray: 1.5 4; stroke-linecap: round; }
</style>
"#;
