"""archc-lsp spoken to by a client that none of ours has written: pytest-lsp, on pygls."""

import os
import pathlib

import pytest
import pytest_lsp
from lsprotocol import types
from pytest_lsp import ClientServerConfig, LanguageClient

WORKSPACE = pathlib.Path(os.environ["ARCHC_WORKSPACE"])


def uri(name):
    return (WORKSPACE / name).as_uri()


def text(name):
    return (WORKSPACE / name).read_text()


def place(name, what, by=0):
    before = text(name)[: text(name).index(what) + by]
    return types.Position(before.count("\n"), len(before) - before.rfind("\n") - 1)


@pytest_lsp.fixture(config=ClientServerConfig(server_command=[os.environ["ARCHC_LSP"]]))
async def client(lsp_client: LanguageClient):
    await lsp_client.initialize_session(
        types.InitializeParams(
            capabilities=types.ClientCapabilities(),  # this client answers nothing beyond the plain protocol
            workspace_folders=[types.WorkspaceFolder(uri=WORKSPACE.as_uri(), name="workspace")],
        )
    )
    yield
    await lsp_client.shutdown_session()


def opened(client, name, content=None):
    item = types.TextDocumentItem(uri=uri(name), language_id="arch", version=1, text=content or text(name))
    client.text_document_did_open(types.DidOpenTextDocumentParams(item))
    return types.TextDocumentIdentifier(uri(name))


async def found(client, name, condition):
    """Waits until the findings of a file are as told."""
    while not condition([str(d.code) for d in client.diagnostics.get(uri(name), [])]):
        await client.wait_for_notification(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)


@pytest.mark.asyncio
async def test_findings_come_and_go(client):
    opened(client, "broken.arch")
    await found(client, "broken.arch", lambda codes: "E117" in codes)
    change = types.TextDocumentContentChangeWholeDocument(text("broken.arch").replace("replcas", "replicas"))
    document = types.VersionedTextDocumentIdentifier(version=2, uri=uri("broken.arch"))
    client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))
    await found(client, "broken.arch", lambda codes: codes and "E117" not in codes)


@pytest.mark.asyncio
async def test_hover_tells_figures(client):
    document = opened(client, "shop.arch")
    at = place("shop.arch", "checkout: go", 2)
    hover = await client.text_document_hover_async(types.HoverParams(document, at))
    assert "278" in hover.contents.value


@pytest.mark.asyncio
async def test_definition_and_rename_agree(client):
    document = opened(client, "shop.arch")
    at = place("shop.arch", 'eu.orders "insert"', 4)
    definition = await client.text_document_definition_async(types.DefinitionParams(document, at))
    [first] = definition if isinstance(definition, list) else [definition]
    target = first.target_selection_range if hasattr(first, "target_selection_range") else first.range
    assert target.start.line == place("shop.arch", "database orders").line
    edit = await client.text_document_rename_async(types.RenameParams(document, at, "ledger"))
    changes = edit.changes or {change.text_document.uri: change.edits for change in edit.document_changes}
    assert all(one.new_text == "ledger" for one in changes[uri("shop.arch")])
    assert len(changes[uri("shop.arch")]) == text("shop.arch").count("orders")


@pytest.mark.asyncio
async def test_symbols(client):
    document = opened(client, "shop.arch")
    symbols = await client.text_document_document_symbol_async(types.DocumentSymbolParams(document))
    assert any("buy" in symbol.name for symbol in symbols)


@pytest.mark.asyncio
async def test_completion_knows_what_fits(client):
    content = text("broken.arch").replace("{ replcas = 3 }", "{ ti }")
    document = opened(client, "broken.arch", content)
    at = types.Position(3, 21)
    answer = await client.text_document_completion_async(types.CompletionParams(document, at))
    labels = [item.label for item in getattr(answer, "items", answer)]
    assert "zones" in labels and "hit_ratio" not in labels


@pytest.mark.asyncio
async def test_formatting(client):
    document = opened(client, "shop.arch", "service   a {replicas=3}\n")
    options = types.FormattingOptions(tab_size=2, insert_spaces=True)
    [edit, *_] = await client.text_document_formatting_async(types.DocumentFormattingParams(document, options))
    assert edit.new_text
