// Letters as search compares them, the same way as the server's index folds them: no case, no accents, one spelling.

const SPELLINGS: Record<string, string> = {
  "ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ı": "i", "ŧ": "t", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss",
  "ґ": "г", "ѓ": "г", "ς": "σ",
  "ى": "ي", "ی": "ي", "ې": "ي", "ة": "ه", "ہ": "ه", "ھ": "ه", "ک": "ك", "ٱ": "ا", "ء": "", "ـ": "",
  "’": "'", "ʼ": "'",
};
for (let digit = 0; digit < 10; digit++) {
  SPELLINGS[String.fromCharCode(0x660 + digit)] = String(digit);
  SPELLINGS[String.fromCharCode(0x6f0 + digit)] = String(digit);
}
const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}\u00ad\u200b-\u200f]*(?:['’ʼ](?=[\u0400-\u052f])[\p{L}\p{N}\p{M}]+)*/gu;

export function fold(text: string): string {
  let before = "";
  let found = text;
  while (found !== before) {
    before = found;
    const plain = found.toLowerCase().normalize("NFKD").replace(/[\p{Mn}\p{Me}\p{Cf}]/gu, "");
    found = [...plain].map((letter) => SPELLINGS[letter] ?? letter).join("").normalize("NFC");
  }
  return found;
}

/** Returns the words of a text, folded. */
export function words(text: string): string[] {
  return [...text.matchAll(WORD)].map(([word]) => fold(word.replace(/['’ʼ]/g, ""))).filter(Boolean);
}

/** Returns the name of the file that a folded word is in. */
export function shard(word: string): string {
  return [...word].slice(0, 2).map((letter) => (letter.codePointAt(0) ?? 0).toString(16)).join("-");
}
