// Where in a query somebody writes: as subject, property or value, of what, and what that is known to be.
import { type Token, tokenize } from "./tokens.ts";

export type Role = "start" | "prefix" | "subject" | "predicate" | "object" | "after" | "expression" | "values" | "graph";

export interface Place {
  readonly role: Role;
  /** Variable or name that the triple is about; empty where there is none yet. */
  readonly subject: string;
  readonly predicate: string;
  /** What has been written of the word so far, and where it begins. */
  readonly word: string;
  readonly from: number;
}

/** Subject -> the classes that the query says it is of. */
export type Types = ReadonlyMap<string, ReadonlySet<string>>;

interface Frame {
  role: Role;
  subject: string;
  predicate: string;
  readonly opened: string;
}

const WORD = /(?:[?$][\p{L}\p{N}_]*|<[^<>\s]*|[\p{L}\p{N}_:%-]+)$/u;
const STARTS_AGAIN = new Set(["FILTER", "BIND", "OPTIONAL", "MINUS", "UNION", "EXISTS", "NOT"]);

/** Returns where `position` is; `undefined` within strings and comments. */
export function placeAt(text: string, position: number): Place | undefined {
  const before = text.slice(0, position);
  const word = WORD.exec(before)?.[0] ?? "";
  const from = position - word.length;
  const { tokens, open } = tokenize(before.slice(0, from));
  if (open) return undefined;
  const frame = walk(tokens, () => undefined);
  return { role: frame.role, subject: frame.subject, predicate: frame.predicate, word, from };
}

/** Returns what a query says of the classes of its subjects, wherever it says it. */
export function typesIn(text: string): Types {
  const found = new Map<string, Set<string>>();
  walk(tokenize(text).tokens, (subject, predicate, object) => {
    if (predicate !== "a" && predicate !== "rdf:type") return;
    if (!found.has(subject)) found.set(subject, new Set());
    found.get(subject)?.add(object);
  });
  return found;
}

type Note = (subject: string, predicate: string, object: string) => void;

/** Goes through tokens and returns what the place behind them belongs to; tells `note` every triple. */
function walk(tokens: readonly Token[], note: Note): Frame {
  const stack: Frame[] = [{ role: "start", subject: "", predicate: "", opened: "" }];
  for (const token of tokens) {
    const frame = stack.at(-1) as Frame;
    if (token.kind === "sign") takeSign(token, frame, stack, note);
    else if (token.kind === "keyword" && !["a", "true", "false"].includes(token.text)) takeKeyword(token.text.toUpperCase(), frame);
    else if (token.kind !== "language") takeTerm(token.text, frame, note);
  }
  return stack.at(-1) as Frame;
}

function takeTerm(term: string, frame: Frame, note: Note): void {
  if (frame.opened === "path") return;
  if (frame.role === "prefix" && term.startsWith("<")) frame.role = "start";
  else if (frame.role === "subject") Object.assign(frame, { role: "predicate", subject: term, predicate: "" });
  else if (frame.role === "predicate") Object.assign(frame, { role: "object", predicate: term });
  else if (frame.role === "object") {
    note(frame.subject, frame.predicate, term);
    frame.role = "after";
  }
}

function takeKeyword(word: string, frame: Frame): void {
  if (word === "PREFIX") frame.role = "prefix";
  else if (word === "GRAPH" || word === "SERVICE") frame.role = "graph";
  else if (word === "VALUES") frame.role = "values";
  else if (frame.role !== "expression" && STARTS_AGAIN.has(word) && frame.opened === "{") frame.role = "subject";
}

function takeSign(token: Token, frame: Frame, stack: Frame[], note: Note): void {
  const sign = token.text;
  if (sign === "{") stack.push({ role: frame.role === "values" ? "values" : "subject", subject: "", predicate: "", opened: "{" });
  else if (sign === "[") stack.push({ role: "predicate", subject: `[${token.from}`, predicate: "", opened: "[" });
  else if (sign === "(") stack.push({ ...parenthesis(frame) });
  else if (sign === "}" || sign === "]" || sign === ")") close(sign, token, stack, note);
  else if (frame.role === "expression" || frame.role === "values" || frame.opened === "path") return;
  else if (sign === ".") frame.role = frame.opened === "{" ? "subject" : frame.role;
  else if (sign === ";" && frame.subject) frame.role = "predicate";
  else if (sign === "," && frame.predicate) frame.role = "object";
  else if ((sign === "/" || sign === "|" || sign === "^") && frame.role === "object") frame.role = "predicate";
}

function parenthesis(frame: Frame): Frame {
  if (frame.role === "predicate") return { ...frame, opened: "path" };
  if (frame.role === "values") return { ...frame, opened: "(" };
  return { role: "expression", subject: "", predicate: "", opened: "(" };
}

function close(sign: string, token: Token, stack: Frame[], note: Note): void {
  const opened = { "}": ["{"], "]": ["["], ")": ["(", "path"] }[sign] ?? [];
  const index = stack.findLastIndex((frame) => opened.includes(frame.opened));
  if (index < 1) return;
  const [closed] = stack.splice(index);
  const frame = stack.at(-1) as Frame;
  if (closed?.opened === "path") frame.role = "object";
  else if (sign === "}") frame.role = frame.opened === "{" ? "subject" : "start";
  else if (sign === "]") takeTerm(`[${token.from}`, frame, note);
}
