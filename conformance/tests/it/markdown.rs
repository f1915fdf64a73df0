//! The fenced blocks of a page of Markdown.

/// A fenced block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Block {
    /// The line of its first fence, from 1.
    pub(crate) line: usize,
    /// What stands behind the first fence, such as `yaml`.
    pub(crate) info: String,
    /// Its lines, each with a line feed.
    pub(crate) text: String,
}

/// The fenced blocks of `page`, in order.
///
/// # Panics
///
/// If the last one has no end.
pub(crate) fn blocks(page: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (line, text) in (1..).zip(page.lines()) {
        match (text.strip_prefix("```"), open.take()) {
            (Some(info), None) => {
                open = Some(Block { line, info: info.trim().to_owned(), text: String::new() });
            }
            (Some(""), Some(block)) => blocks.push(block),
            (_, Some(mut block)) => {
                block.text.push_str(text);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {}
        }
    }
    assert!(open.is_none(), "a block without an end: {open:?}");
    blocks
}

#[test]
fn blocks_are_found_with_their_places() {
    let page =
        "# Page\n\n```yaml\nversion: 1\n  b: 2\n```\ntext ``` text\n```yaml fragment\n- c\n```\n```\n```\n";
    let block = |line, info: &str, text: &str| Block { line, info: info.to_owned(), text: text.to_owned() };
    let expected =
        [block(3, "yaml", "version: 1\n  b: 2\n"), block(8, "yaml fragment", "- c\n"), block(11, "", "")];
    assert_eq!(blocks(page), expected);
    assert_eq!(blocks(&page.replace('\n', "\r\n")), expected);
    assert_eq!(blocks("no blocks\n"), []);
}

#[test]
#[should_panic(expected = "a block without an end")]
fn a_block_without_an_end_is_noticed() {
    blocks("```yaml\nversion: 1\n");
}
