// PDFs made of nothing but text, small enough to read in the source.

/// `pages` is a list of pages, each a list of lines. The first line of a page is set larger.
export function pdf(pages, { encrypted = false, title = "" } = {}) {
  const objects = [];
  const add = (body) => objects.push(body);
  const kids = pages.map((_, index) => `${4 + index * 2} 0 R`).join(" ");
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  pages.forEach((lines, index) => {
    const text = lines
      .map((line, at) => `BT /F1 ${at === 0 ? 18 : 12} Tf 72 ${720 - at * 22} Td (${line.replace(/[\\()]/g, "\\$&")}) Tj ET`)
      .join("\n");
    add(`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + index * 2} 0 R >>`);
    add(`<< /Length ${text.length} >>\nstream\n${text}\nendstream`);
  });
  const info = objects.length + 1;
  add(`<< /Title (${title}) /CreationDate (D:20240301120000Z) >>`);
  let extra = "";
  if (encrypted) {
    const secret = (digit) => `<${digit.repeat(64)}>`;
    add(`<< /Filter /Standard /V 1 /R 2 /Length 40 /P -44 /O ${secret("5")} /U ${secret("7")} >>`);
    extra = ` /Encrypt ${objects.length} 0 R /ID [<00112233445566778899aabbccddeeff> <00112233445566778899aabbccddeeff>]`;
  }
  let out = "%PDF-1.4\n";
  const places = objects.map((body, index) => {
    const place = out.length;
    out += `${index + 1} 0 obj\n${body}\nendobj\n`;
    return place;
  });
  const table = out.length;
  out += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  out += places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  out += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R /Info ${info} 0 R${extra} >>\nstartxref\n${table}\n%%EOF\n`;
  return Buffer.from(out, "latin1");
}
