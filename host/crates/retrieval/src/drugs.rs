//! Knows a drug name when it sees one: a list of common names, and the stems that international names end in.

use std::collections::HashSet;
use std::sync::LazyLock;

static NAMES: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("../data/drugs.txt").split_whitespace().collect());

/// Endings of international non-proprietary names that few other words share.
const ENDINGS: &[&str] = &[
    "mab",
    "nib",
    "ciclib",
    "parib",
    "zomib",
    "degib",
    "lisib",
    "tinib",
    "ciclovir",
    "cyclovir",
    "buvir",
    "asvir",
    "previr",
    "navir",
    "tegravir",
    "amivir",
    "statin",
    "sartan",
    "pril",
    "prilat",
    "olol",
    "dipine",
    "oxacin",
    "mycin",
    "micin",
    "cillin",
    "penem",
    "bactam",
    "cycline",
    "azole",
    "conazole",
    "prazole",
    "gliptin",
    "gliflozin",
    "glitazone",
    "glutide",
    "tide",
    "zepam",
    "zolam",
    "barbital",
    "caine",
    "setron",
    "triptan",
    "gepant",
    "tadine",
    "fibrate",
    "parin",
    "grel",
    "xaban",
    "gatran",
    "plase",
    "poetin",
    "grastim",
    "platin",
    "rubicin",
    "taxel",
    "trexate",
    "trexed",
    "citabine",
    "tecan",
    "poside",
    "bicin",
    "mustine",
    "sone",
    "solone",
    "onide",
    "terol",
    "phylline",
    "tropium",
    "lukast",
    "dronate",
    "oxetine",
    "traline",
    "triptyline",
    "pramine",
    "azepine",
    "peridone",
    "apine",
    "piprazole",
    "rasidone",
    "thiazide",
    "semide",
    "tanide",
    "vaptan",
    "lamide",
    "zosin",
    "dralazine",
    "fenacin",
    "afil",
    "steride",
    "lutamide",
    "relix",
    "relin",
    "kinra",
    "cept",
    "imus",
    "mustine",
    "nercept",
    "tocilin",
    "fungin",
    "quine",
    "quin",
    "bendazole",
    "oxanide",
    "vudine",
    "ribine",
    "fovir",
    "citidine",
    "racetam",
    "gabalin",
    "toin",
    "suximide",
    "orphine",
    "codone",
    "morphone",
    "fentanil",
    "adol",
    "profen",
    "fenac",
    "oxicam",
    "coxib",
    "dopa",
    "giline",
    "capone",
    "tyline",
    "mantine",
    "stigmine",
    "curium",
    "curonium",
    "flurane",
    "ciclib",
    "rafenib",
    "metinib",
    "limumab",
    "vastatin",
    "siran",
    "rsen",
    "nersen",
    "leucel",
];

/// Words with such an ending that are no drugs.
const NOT_DRUGS: &[&str] = &[
    "peptide",
    "nucleotide",
    "oligonucleotide",
    "polypeptide",
    "dinucleotide",
    "trinucleotide",
    "neuropeptide",
    "tide",
    "gene",
    "oncogene",
    "transgene",
    "hygiene",
    "accept",
    "concept",
    "except",
    "intercept",
    "precept",
    "percept",
    "april",
    "stone",
    "testosterone",
    "cortisone",
    "membrane",
    "collagen",
    "marine",
    "line",
    "sone",
    "phosphatide",
    "disulfide",
    "riptide",
    "ethylene",
    "acetylene",
    "benzene",
    "alkene",
    "scene",
    "indigene",
    "pseudogene",
    "multigene",
    "intergene",
    "eugene",
    "crib",
    "nib",
    "quinine",
    "phantom",
    "apine",
    "alpine",
    "supine",
    "saline",
    "estrogene",
    "metagene",
    "exogene",
    "polygene",
    "epigene",
    "orphan",
    "harlequin",
    "bequine",
    "equine",
    "palindrone",
    "cystatin",
    "somatostatin",
    "follistatin",
    "myostatin",
    "oncostatin",
    "endostatin",
    "angiostatin",
    "pharmacogene",
    "protooncogene",
    "stim",
    "glycopeptide",
    "lipopeptide",
    "tripeptide",
    "dipeptide",
    "tetrapeptide",
    "pentapeptide",
    "hexapeptide",
    "metallocene",
    "aconitine",
    "antiretroviral",
];

/// Whether a lower-case word is the name of a drug, by list or by shape. Plural "s" is ignored.
pub fn is_drug(word: &str) -> bool {
    let bare = word.strip_suffix('s').filter(|w| w.len() > 4).unwrap_or(word);
    if NAMES.contains(word) || NAMES.contains(bare) {
        return true;
    }
    bare.len() >= 6
        && bare.chars().all(|c| c.is_ascii_alphabetic())
        && !NOT_DRUGS.contains(&bare)
        && ENDINGS.iter().any(|e| bare.len() >= e.len() + 3 && bare.ends_with(e))
}

/// The exact key of a drug name: spelling variants and the plural meet, near names do not.
pub fn key(word: &str) -> String {
    let bare = word
        .strip_suffix('s')
        .filter(|w| w.len() > 4 && NAMES.contains(w))
        .unwrap_or(word);
    bare.replace("sulph", "sulf")
        .replace("oestr", "estr")
        .replace("ceph", "cef")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_by_list_and_by_shape() {
        for drug in [
            "aspirin",
            "metformin",
            "hydralazine",
            "hydroxyzine",
            "zolbetuximab",
            "statins",
            "inavolisib",
            "vorasidenib",
            "warfarin",
        ] {
            assert!(is_drug(drug), "{drug}");
        }
        for word in [
            "peptide", "patient", "gene", "accept", "membrane", "concept", "disease", "headline",
        ] {
            assert!(!is_drug(word), "{word}");
        }
    }

    #[test]
    fn near_names_have_different_keys() {
        assert_ne!(key("hydroxyzine"), key("hydralazine"));
        assert_ne!(key("prednisone"), key("prednisolone"));
        assert_eq!(key("statins"), key("statins"));
        assert_eq!(key("sulphasalazine"), key("sulfasalazine"));
    }
}
