// Cuts SPARQL into tokens, line by line: for colours, and to know where in a query one writes.

export type Kind =
  | "space" | "comment" | "iri" | "prefixed" | "variable" | "string" | "language" | "number" | "blank" | "keyword" | "word" | "sign";

/** What a line begins inside of: nothing, or a string that goes over several lines. */
export type Inside = "" | '"""' | "'''";

export interface Token {
  readonly kind: Kind;
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

export interface Read {
  readonly kind: Kind;
  readonly to: number;
  readonly inside: Inside;
}

export const CLAUSES = [
  "SELECT", "DISTINCT", "REDUCED", "WHERE", "OPTIONAL", "FILTER", "NOT", "EXISTS", "BIND", "AS", "VALUES", "UNION", "MINUS", "GRAPH",
  "ORDER", "BY", "ASC", "DESC", "GROUP", "HAVING", "LIMIT", "OFFSET", "PREFIX", "BASE", "ASK", "CONSTRUCT", "DESCRIBE", "FROM",
  "NAMED", "SERVICE", "SILENT", "IN", "UNDEF", "SEPARATOR",
] as const;

export const FUNCTIONS = [
  "COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT", "STR", "LANG", "LANGMATCHES", "DATATYPE", "BOUND", "IRI", "URI",
  "BNODE", "ABS", "CEIL", "FLOOR", "ROUND", "CONCAT", "STRLEN", "UCASE", "LCASE", "ENCODE_FOR_URI", "CONTAINS", "STRSTARTS",
  "STRENDS", "STRBEFORE", "STRAFTER", "YEAR", "MONTH", "DAY", "HOURS", "MINUTES", "SECONDS", "TIMEZONE", "TZ", "NOW", "UUID",
  "STRUUID", "MD5", "SHA1", "SHA256", "SHA384", "SHA512", "COALESCE", "IF", "STRLANG", "STRDT", "SAMETERM", "ISIRI", "ISURI",
  "ISBLANK", "ISLITERAL", "ISNUMERIC", "REGEX", "SUBSTR", "REPLACE", "RAND",
] as const;

const WORDS = new Set<string>([...CLAUSES, ...FUNCTIONS, "TRUE", "FALSE"]);

const RULES: readonly (readonly [Kind, RegExp])[] = [
  ["space", /\s+/y],
  ["comment", /#.*/y],
  ["iri", /<[^<>"{}|^`\\\s]*>/y],
  ["variable", /[?$][\p{L}\p{N}_]+/uy],
  ["string", /"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?/y],
  ["language", /@[A-Za-z]+(?:-[A-Za-z0-9]+)*/y],
  ["blank", /_:[\p{L}\p{N}_](?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?/uy],
  ["prefixed", /(?:\p{L}(?:[\p{L}\p{N}_.-]*[\p{L}\p{N}_-])?)?:(?:[\p{L}\p{N}_:-]|%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]|\.(?=[\p{L}\p{N}_:-]))*/uy],
  ["number", /(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/y],
  ["word", /[\p{L}_][\p{L}\p{N}_-]*/uy],
  ["sign", /\^\^|&&|\|\||!=|<=|>=|./suy],
];

/** Reads one token of `line` at `from`; what it is inside of afterwards belongs to the next one, also over a line end. */
export function readToken(line: string, from: number, inside: Inside): Read {
  if (inside) return restOfString(line, from, inside);
  for (const quotes of ['"""', "'''"] as const) {
    if (line.startsWith(quotes, from)) return restOfString(line, from + 3, quotes);
  }
  for (const [kind, rule] of RULES) {
    rule.lastIndex = from;
    const found = rule.exec(line)?.[0];
    if (found) return { kind: kind === "word" ? kindOfWord(found) : kind, to: from + found.length, inside: "" };
  }
  return { kind: "sign", to: from + 1, inside: "" };
}

/** Returns the tokens of a whole text but spaces and comments, and what its end is inside of: a string, a comment, or nothing. */
export function tokenize(text: string): { tokens: Token[]; open: "string" | "comment" | "" } {
  const tokens: Token[] = [];
  let inside: Inside = "";
  let open: "string" | "comment" | "" = "";
  let start = 0;
  for (const line of text.split("\n")) {
    open = "";
    for (let at = 0; at < line.length;) {
      const read: Read = readToken(line, at, inside);
      const token = { kind: read.kind, from: start + at, to: start + read.to, text: line.slice(at, read.to) };
      if (read.kind !== "space" && read.kind !== "comment") tokens.push(token);
      open = read.kind === "comment" ? "comment" : isOpen(token.text, read.kind) ? "string" : "";
      inside = read.inside;
      at = read.to;
    }
    if (inside) open = "string";
    start += line.length + 1;
  }
  return { tokens, open };
}

function restOfString(line: string, from: number, quotes: '"""' | "'''"): Read {
  for (let at = from; at < line.length; at += 1) {
    if (line[at] === "\\") at += 1;
    else if (line.startsWith(quotes, at)) return { kind: "string", to: at + 3, inside: "" };
  }
  return { kind: "string", to: line.length, inside: quotes };
}

function kindOfWord(word: string): Kind {
  return word === "a" || WORDS.has(word.toUpperCase()) ? "keyword" : "word";
}

function isOpen(text: string, kind: Kind): boolean {
  return kind === "string" && !text.startsWith('"""') && !text.startsWith("'''") && (text.length < 2 || text.at(-1) !== text[0]);
}
