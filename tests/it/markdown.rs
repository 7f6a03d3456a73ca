//! Designs in Markdown: checked, drawn beside their page, and inside an mdBook.

use serde_json::{Value, json};

use crate::program::{archc, code, folder, stderr, stdout};

const PAGE: &str = "\
# Shop

```arch
system shop \"The [shop]\"
client c
service api
c -> api
```

Some words.

- an item

  > ```arch
  > service quoted
  > ```
  > more

```arch
service last
```
";

fn read(folder: &tempfile::TempDir, name: &str) -> String {
    std::fs::read_to_string(folder.path().join(name)).unwrap()
}

#[test]
fn each_block_has_its_picture_beside_the_page_and_a_link() {
    let folder = folder(&[("docs/my page.md", PAGE)]);
    let run = |arguments: &[&str]| {
        archc(folder.path(), &[&["render", "--embed", "docs/my page.md"], arguments].concat(), "")
    };
    let stale = run(&["--check"]);
    assert_eq!(code(&stale), 1, "{}", stderr(&stale));
    assert_eq!(stdout(&stale).lines().count(), 4, "{}", stdout(&stale));
    assert_eq!(read(&folder, "docs/my page.md"), PAGE);
    let written = run(&[]);
    assert_eq!(code(&written), 0, "{}", stderr(&written));
    let page = read(&folder, "docs/my page.md");
    assert!(page.contains("c -> api\n```\n\n![The \\[shop\\]](my%20page-shop.svg)\n\nSome words."), "{page}");
    assert!(
        page.contains("  > ```\n  >\n  > ![my page, design 2](my%20page-2.svg)\n  >\n  > more"),
        "{page}"
    );
    assert!(page.ends_with("service last\n```\n\n![my page, design 3](my%20page-3.svg)\n"), "{page}");
    for name in ["my page-shop.svg", "my page-2.svg", "my page-3.svg"] {
        assert!(read(&folder, &format!("docs/{name}")).starts_with("<svg"), "{name}");
    }
    assert_eq!(code(&run(&["--check"])), 0);
    assert_eq!(code(&run(&[])), 0);
    assert_eq!(read(&folder, "docs/my page.md"), page, "a second run changes nothing");
}

#[test]
fn a_link_is_kept_fresh_and_nothing_else_is_touched() {
    let folder = folder(&[("a.md", "```arch\r\nservice x\r\n```\r\n\r\n![mine](other.svg)\r\n")]);
    let run = || archc(folder.path(), &["render", "--embed", "a.md"], "");
    assert_eq!(code(&run()), 0);
    let first = "```arch\r\nservice x\r\n```\r\n\r\n![a, design 1](a-1.svg)\r\n\r\n![mine](other.svg)\r\n";
    assert_eq!(read(&folder, "a.md"), first);
    let renamed = first.replace("service x", "system shop \"S\"\r\nservice x");
    std::fs::write(folder.path().join("a.md"), &renamed).unwrap();
    assert_eq!(code(&run()), 0);
    let fresh = renamed.replace("![a, design 1](a-1.svg)", "![S](a-shop.svg)");
    assert_eq!(read(&folder, "a.md"), fresh);
    // a mistake costs its statement, and the exit code says so
    std::fs::write(folder.path().join("a.md"), "```arch\nservice x\nservce y\n```\n").unwrap();
    let output = run();
    assert_eq!(code(&output), 1);
    assert!(stderr(&output).contains("a.md:3:1: error["), "{}", stderr(&output));
    std::fs::write(folder.path().join("a.md"), "```arch\nservice x\n").unwrap();
    let output = run();
    assert_eq!((code(&output), read(&folder, "a.md").as_str()), (1, "```arch\nservice x\n"));
    assert!(stderr(&output).contains("no fence closes this block"), "{}", stderr(&output));
}

#[test]
fn a_folder_of_pages_is_checked_and_embedded() {
    let folder = folder(&[
        ("docs/a.md", "```arch\nclient c\nservice s\nc -> t\n```\n"),
        ("docs/in/b.md", "no design\n"),
        ("x.arch", "service x\n"),
    ]);
    let output = archc(folder.path(), &["check", "docs", "--format", "concise"], "");
    assert_eq!(code(&output), 1);
    assert!(stdout(&output).starts_with("docs/a.md:4:6: error["), "{}", stdout(&output));
    std::fs::write(folder.path().join("docs/a.md"), "```arch\nservice s\n```\n").unwrap();
    assert_eq!(code(&archc(folder.path(), &["render", "--embed", "docs"], "")), 0);
    assert!(folder.path().join("docs/a-1.svg").exists());
    assert_eq!(read(&folder, "docs/in/b.md"), "no design\n");
    assert_eq!(code(&archc(folder.path(), &["render", "--embed", "x.arch"], "")), 2);
    assert_eq!(
        code(&archc(folder.path(), &["render", "x.arch", "--check"], "")),
        2,
        "--check is for --embed"
    );
}

fn book(items: &str, content: &str) -> String {
    let chapter = json!({ "Chapter": {
        "name": "One", "content": content, "number": [1], "path": "one.md", "source_path": "one.md", "parent_names": [],
        "sub_items": [ { "Chapter": {
            "name": "Two", "content": "```arch\nservice b\n```\n", "number": [1, 1], "path": null, "source_path": null,
            "parent_names": ["One"], "sub_items": [] } } ] } });
    let context = json!({
        "root": "/nowhere", "renderer": "html", "mdbook_version": "0.4.40",
        "config": { "book": { "src": "src", "title": "B" }, "preprocessor": { "archc": { "command": "archc mdbook" } } } });
    json!([context, { items: ["Separator", { "PartTitle": "P" }, chapter], "__non_exhaustive": null }])
        .to_string()
}

#[test]
fn a_book_comes_back_with_its_pictures_inside() {
    let folder = folder(&[]);
    for items in ["sections", "items"] {
        let text = "a\n\n- x\n  ```arch\n  service a\n  ```\n\nz\n";
        let output = archc(folder.path(), &["mdbook"], &book(items, text));
        assert_eq!(code(&output), 0, "{}", stderr(&output));
        let found: Value = serde_json::from_str(&stdout(&output)).unwrap();
        let chapter = &found[items][2]["Chapter"];
        let content = chapter["content"].as_str().unwrap();
        assert!(
            content.starts_with("a\n\n- x\n  ```arch\n  service a\n  ```\n\n  <div class=\"archc-picture\""),
            "{content}"
        );
        assert!(content.ends_with("  </div>\n\n\nz\n"), "{content}");
        let picture = content.split("<div").nth(1).unwrap().split("</div>").next().unwrap();
        assert!(
            picture.trim_end().lines().all(|line| !line.trim().is_empty()),
            "a blank line would end the HTML"
        );
        let inner = chapter["sub_items"][0]["Chapter"]["content"].as_str().unwrap();
        assert!(content.contains("ar-b1-") && inner.contains("ar-b2-"), "ids must differ");
        assert_eq!(found[items][0], "Separator");
        assert!(found.get("__non_exhaustive").is_some());
    }
}

#[test]
fn mdbook_asks_which_renderers_are_supported_and_is_told_what_is_no_book() {
    let folder = folder(&[]);
    assert_eq!(code(&archc(folder.path(), &["mdbook", "supports", "html"], "")), 0);
    assert_eq!(code(&archc(folder.path(), &["mdbook", "supports", "epub"], "")), 1);
    let output = archc(folder.path(), &["mdbook"], "{}");
    assert_eq!((code(&output), stdout(&output).as_str()), (2, ""));
    assert!(stderr(&output).contains("book.toml"), "{}", stderr(&output));
}
