// What the book's own script lacks: pictures that follow the chosen theme, and colours for `arch`.
(() => {
  const pictures = document.querySelectorAll(".archc-picture > svg");

  // a picture is made for the reader's system; the book has a switch of its own
  const follow = () => {
    const dark = ["coal", "navy", "ayu"].some((name) => document.documentElement.classList.contains(name));
    for (const svg of pictures) {
      svg.classList.remove("archc-auto");
      svg.classList.toggle("archc-dark", dark);
    }
  };
  follow();
  new MutationObserver(follow).observe(document.documentElement, { attributeFilter: ["class"] });

  // shrinking by a third still leaves letters to read; beyond that a picture scrolls
  const fit = () => {
    for (const svg of pictures) {
      svg.classList.toggle("fits", svg.getAttribute("width") <= svg.parentElement.clientWidth * 1.5);
    }
  };
  fit();
  addEventListener("resize", fit);

  if (!window.hljs) return;
  hljs.registerLanguage("arch", (it) => ({
    name: "arch",
    contains: [
      { className: "comment", begin: "//", end: "$" },
      it.C_BLOCK_COMMENT_MODE,
      it.QUOTE_STRING_MODE,
      { className: "meta", begin: "@[a-z]+" },
      { className: "number", begin: "[$€£]?\\b\\d[\\d_.]*[A-Za-z%]*(/[a-z]+)?" },
      { className: "attr", begin: "[A-Za-z_][\\w.-]*(?=\\s*=[^>])" },
      { className: "keyword", begin: "^\\s*[a-z_]+(?=\\s+[\\w-]+\\s*(:|\"|\\{|$))" },
      { className: "keyword", begin: "\\b(slo|forbid|require|except|import)\\b" },
      { className: "symbol", begin: "->>|->|~>|=>|--" },
    ],
  }));
  for (const code of document.querySelectorAll("code[class*='language-arch']")) {
    const text = code.textContent;
    code.textContent = text;
    code.innerHTML = hljs.highlight("arch", text, true).value;
    code.classList.add("hljs");
  }
})();
