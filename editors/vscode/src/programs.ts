// Finds archc's programs and runs them. A workspace has no say in which program that is.
import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join } from "node:path";
import * as vscode from "vscode";

const ending = process.platform === "win32" ? ".exe" : "";

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The folders of PATH that name one place whatever the working folder is, so that none is picked by a workspace. */
function searchPath(): string[] {
  return (process.env.PATH ?? "").split(delimiter).filter(folder => isAbsolute(folder));
}

/** What the user's own settings say; those of a workspace are not asked. */
function chosen(): string {
  const setting = vscode.workspace.getConfiguration("archc").inspect<string>("server.path");
  const path = (setting?.globalValue ?? "").trim();
  return path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
}

export class NotFound extends Error {}

/** The language server: what the settings say, else the one beside the extension, else the one on PATH. */
export function findServer(extension: vscode.ExtensionContext): string {
  const path = chosen();
  if (path) {
    if (isAbsolute(path) && isProgram(path)) return path;
    throw new NotFound(`\`archc.server.path\` is ${path}, which is no program`);
  }
  const folders = [extension.asAbsolutePath("server"), ...searchPath()];
  const found = folders.map(folder => join(folder, `archc-lsp${ending}`)).find(isProgram);
  if (found) return found;
  throw new NotFound("`archc-lsp` is neither beside the extension nor on PATH");
}

/** The command line, which stands beside the server or on PATH. */
export function findCommandLine(extension: vscode.ExtensionContext): string {
  const folders = [dirname(findServer(extension)), ...searchPath()];
  const found = folders.map(folder => join(folder, `archc${ending}`)).find(isProgram);
  if (found) return found;
  throw new NotFound("`archc` is neither beside the language server nor on PATH");
}

/** Runs the command line to its end. A design with findings ends it with 1, which is no failure. */
export function run(program: string, args: string[], folder?: string): Promise<string> {
  const options = { cwd: folder, maxBuffer: 64 << 20, timeout: 120_000, windowsHide: true };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (!error || error.code === 1) resolve(stdout);
      else reject(new Error(stderr.trim() || error.message));
    });
  });
}
