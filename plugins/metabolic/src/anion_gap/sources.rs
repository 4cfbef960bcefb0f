//! The papers.

use voiceassist_plugin::{Citation, paper};

pub fn kraut() -> Citation {
    paper(
        "kraut-2007",
        "Serum anion gap: its uses and limitations in clinical medicine",
        "Clinical Journal of the American Society of Nephrology",
        &["Kraut JA", "Madias NE"],
        "2007-01",
        "10.2215/CJN.03020906",
        "17699401",
    )
}

pub fn winter() -> Citation {
    paper(
        "winter-1990",
        "The fall of the serum anion gap",
        "Archives of Internal Medicine",
        &["Winter SD", "Pearson JR", "Gabow PA", "Schultz AL", "Lepoff RB"],
        "1990-02",
        "10.1001/archinte.1990.00390140057012",
        "2302006",
    )
}

pub fn figge() -> Citation {
    paper(
        "figge-1998",
        "Anion gap and hypoalbuminemia",
        "Critical Care Medicine",
        &["Figge J", "Jabor A", "Kazda A", "Fencl V"],
        "1998-11",
        "10.1097/00003246-199811000-00019",
        "9824071",
    )
}

pub fn wrenn() -> Citation {
    paper(
        "wrenn-1990",
        "The delta (Δ) gap: an approach to mixed acid-base disorders",
        "Annals of Emergency Medicine",
        &["Wrenn K"],
        "1990-11",
        "10.1016/s0196-0644(05)82292-9",
        "2240729",
    )
}

pub fn rastegar() -> Citation {
    paper(
        "rastegar-2007",
        "Use of the ΔAG/ΔHCO3⁻ ratio in the diagnosis of mixed acid-base disorders",
        "Journal of the American Society of Nephrology",
        &["Rastegar A"],
        "2007-09",
        "10.1681/ASN.2006121408",
        "17656477",
    )
}
