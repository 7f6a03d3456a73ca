// Prints a design whose labels, technologies and descriptions try to break out of every format.
const texts = [
  `</text><script>alert("1")</script>&#0;]]>'\``,
  `"] --> x; click n0 "javascript:alert(1)" %%{init: {}}%%`,
  "${x} \\\" } a -> b: {link: evil}\\",
  "end", "subgraph", "graph TD", "1. list", "- list", "# heading", "`code`", "**bold**", "$$x^2$$", "\\(x\\)", "a|b|c", "{{x}}", "[[x]]", "((x))", "<br/>",
  "&lt;b&gt; &amp; &#35;", "\\N \\G \\L \\l \\r", "style fill:red", "classDef x", "%% comment", "@{ shape: circle }", ":::class", "--> -.-> ==>", "| in | pipes |",
  "\u{5e9}\u{5dc}\u{5d5}\u{5dd} \u{645}\u{631}\u{62d}\u{628}\u{627}", "日本語 🦀 👨\u200d👩\u200d👧", "e" + "\u0301".repeat(300), "x".repeat(10000), "word ".repeat(2000),
  "", " ", "\\n", "\\t tab", "|md", "# |md x |", "\u2028 \u2029", "\ufffd",
];
const text = s => JSON.stringify(s).replace(/[\u2028\u2029\ufeff]/g, " ");
const out = [`system s ${text(texts[0])}`, `client c ${text(texts[1])}`];
const kinds = ["service", "database", "queue", "gateway", "worker", "person", "external", "cache"];
for (const [i, t] of texts.entries()) {
  out.push(`/// ${t.replace(/[\u2028\u2029]/g, " ")}`);
  out.push(`group g${i} ${text(t)} {\n  ${kinds[i % 8] === "person" ? "person p" : kinds[i % 8] + " n"}${i}${kinds[i % 8] === "person" ? "" : `: ${text(t.slice(0, 200) || "x")}`} ${text(t)}\n}`);
}
const name = i => `g${i}.${kinds[i % 8] === "person" ? "p" : "n"}${i}`;
for (const [i, t] of texts.entries()) out.push(`${i ? name(i - 1) : "c"} ${["->", "~>", "=>", "--"][i % 3]} ${name(i)} ${text(t)}`);
out.push(`flow f ${text(texts[1])} {\n  c -> ${name(0)} ${text(texts[0])}\n  ${name(0)} ~> ${name(1)} ${text(texts[1])}\n}`);
console.log(out.join("\n"));
