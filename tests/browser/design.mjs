// Prints a design: `150` for so many components in nested groups, `hostile` for names that try to break out of a page.
const [what] = process.argv.slice(2);
const out = [];
if (what === "hostile") {
  out.push(`system s "</title><script>alert(1)</script>"`);
  out.push(`client c "</script><img src=x onerror=alert(2)>" { rate = 20/s }`);
  out.push(`region r "\\"><svg onload=alert(3)> ${"long ".repeat(60)}" {`);
  out.push(`  service api "\u{5d0}\u{5d1}\u{5d2} \u65e5\u672c e\u0301 &amp; <b>" { replicas = 2, capacity = 9/s, availability = 99% }`);
  out.push(`  database d "constructor" { replicas = 1, availability = 99% }\n}`);
  out.push(`c -> r.api "<i>__proto__</i>"\nr.api -> r.d`);
  out.push(`flow f "</script><u>" { c -> r.api -> r.d }`);
} else {
  const count = Number(what) - 1;
  out.push(`system large "A large shop"`, `client users { rate = 900/s }`);
  const paths = [];
  for (let i = 0; i < count; i++) {
    const region = Math.floor(i / 50), zone = Math.floor(i % 50 / 10), at = i % 10;
    if (i % 50 === 0) out.push(`region r${region} "Region ${region}" {`);
    if (at === 0) out.push(`  zone z${zone} "Zone ${zone}" {`);
    const kind = at === 9 ? "database" : at === 4 ? "cache" : "service";
    out.push(`    ${kind} n${i} "Part ${i}" { replicas = ${1 + i % 3}, capacity = ${400 + 10 * i}/s, availability = 99.9% }`);
    paths.push(`r${region}.z${zone}.n${i}`);
    if (at === 9 || i === count - 1) out.push("  }");
    if (i % 50 === 49 || i === count - 1) out.push("}");
  }
  out.push(`users -> ${paths[0]}`);
  for (let i = 1; i < count; i++) {
    // a tree within each zone, a chain of the zones
    const zone = Math.floor(i / 10) * 10;
    const from = i % 10 ? zone + Math.floor((i % 10 - 1) / 2) : i - 10;
    out.push(`${paths[from]} -> ${paths[i]}${i % 10 === 2 ? ` "asks ${i}"` : ""}`);
  }
  out.push(`flow first "First of all" { users -> ${paths[0]} -> ${paths[1]} -> ${paths[3]} }`);
}
console.log(out.join("\n"));
