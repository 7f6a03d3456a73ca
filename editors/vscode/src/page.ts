// The page of a webview: its policy lets it run its own script and style and load nothing. Knows no view.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

/** The page of the view `name`, with that title, whose script and style are `dist/NAME.js` and `dist/NAME.css`; `body` stands in it. */
export function page(webview: vscode.Webview, extension: vscode.Uri, name: string, title: string, body: string): string {
  const nonce = randomBytes(16).toString("base64");
  const at = (file: string) => webview.asWebviewUri(vscode.Uri.joinPath(extension, "dist", file));
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'; style-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" nonce="${nonce}" href="${at(`${name}.css`)}">
<title>${title}</title>
</head>
<body>
${body}
<script nonce="${nonce}" src="${at(`${name}.js`)}" data-nonce="${nonce}"></script>
</body>
</html>`;
}
