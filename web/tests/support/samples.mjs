// Documents no hospital has, so that answers about them can come from nowhere else.
import { pdf } from "./pdf.mjs";

const filler = (topic) => [
  `${topic} of the Halvorsen pump`,
  "The Halvorsen pump is kept in the store room of ward 7 when it is not in use.",
  "It is charged every evening and its battery is replaced once a year.",
  "The manual lies in the drawer below the pump.",
];

export const pump = {
  name: "halvorsen-pump.pdf",
  mimeType: "application/pdf",
  buffer: pdf(
    [
      filler("Storage"),
      filler("Transport"),
      [
        "Cleaning of the Halvorsen pump",
        "Wipe the Halvorsen pump with chlorhexidine 2 % before each patient.",
        "Discard the tubing of the Halvorsen pump after each patient.",
        "Do not use alcohol on the display of the Halvorsen pump.",
      ],
      filler("Repair"),
    ],
    { title: "Halvorsen pump handbook" },
  ),
};
export const pumpQuestion = "How is the Halvorsen pump cleaned before each patient?";

export const locked = {
  name: "locked.pdf",
  mimeType: "application/pdf",
  buffer: pdf([["Locked", "Nobody reads this."]], { encrypted: true }),
};

export const broken = { name: "broken.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.7\nthis is no document\n") };

export const strange = { name: "program.exe", mimeType: "application/octet-stream", buffer: Buffer.from([0x4d, 0x5a, 0, 1, 2, 3]) };

export const notes = {
  name: "drain-notes.md",
  mimeType: "text/markdown",
  buffer: Buffer.from(
    "# Quarrel drain\n\nDate: 2023-05-04\n\n## Removal\n\n- Remove the Quarrel drain when it gives less than 30 mL in 24 hours.\n- Never remove the Quarrel drain on the day of the operation.\n",
  ),
};
export const notesQuestion = "When is the Quarrel drain removed?";
