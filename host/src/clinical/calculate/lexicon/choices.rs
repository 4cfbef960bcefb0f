//! Words for the options of a choice, where its label is not what people say.

/// Options of one parameter, named as a condition's are: option id and the words for it.
pub struct Choice {
    pub names: &'static str,
    pub options: &'static [(&'static str, &'static str)],
    /// The finding itself, and the option that a denial of it means.
    pub denied: Option<(&'static str, &'static str)>,
}

/// In the words of an option, each option's own label.
pub const LABEL: &str = "{}";

const fn choice(names: &'static str, options: &'static [(&'static str, &'static str)]) -> Choice {
    Choice {
        names,
        options,
        denied: None,
    }
}

pub static CHOICES: &[Choice] = &[
    choice(
        "killip",
        &[
            ("i", "killip |class i|1; no signs of |heart failure"),
            ("ii", "killip |class ii|2"),
            ("iii", "killip |class iii|3"),
            ("iv", "killip |class iv|4; cardiogenic shock"),
        ],
    ),
    choice(
        "heart-score/history",
        &[
            (
                "slightly",
                "slightly suspicious |history|story; history |is slightly suspicious; low suspicion; nonspecific \
                     history; history 0",
            ),
            (
                "moderately",
                "moderately suspicious |history|story; history |is moderately suspicious; moderate suspicion; \
                     history 1",
            ),
            (
                "highly",
                "highly suspicious |history|story; very suspicious |history; history |is highly|very suspicious; \
                     typical |chest pain|history|angina; high suspicion; history 2",
            ),
        ],
    ),
    choice(
        "heart-score/ecg",
        &[
            (
                "normal",
                "normal ecg|ekg|electrocardiogram; ecg|ekg |is|was normal|unremarkable; ecg|ekg 0",
            ),
            (
                "nonspecific",
                "nonspecific|non_specific |st|t_wave|repolarization|st_t \
                     changes|abnormalities|disturbance|repolarization; lbbb; left bundle branch block; rbbb; lvh; \
                     ecg|ekg |is|was nonspecific; ecg|ekg 1",
            ),
            (
                "st-deviation",
                "significant| st deviation|depression|depressions|elevation; std; ecg|ekg 2",
            ),
        ],
    ),
    choice(
        "heart-score/troponin",
        &[
            (
                "normal",
                "normal|negative troponin|troponins|trop; troponin|troponins|trop |is|was|are normal|negative; trop \
                     neg; troponin|trop 0",
            ),
            (
                "one-to-three",
                "troponin|trop 1|2 times|x |the |upper normal|limit |limit; troponin |is|was |mildly|slightly \
                     elevated 1|2 x; troponin 1 to 3 |times|x |normal",
            ),
            (
                "above-three",
                "troponin |is|was |more_than|over|above|> 3 times|x |the| |upper normal|limit|uln |limit; \
                     troponin|trop |more_than|over|>|above three times",
            ),
        ],
    ),
    choice(
        "caprini-2005/surgery",
        &[
            ("none", "no surgery; medical patient; not surgical; no operation"),
            ("minor", "minor surgery|operation|procedure"),
            (
                "major",
                "major| open surgery; major open |abdominal surgery|operation; laparotomy",
            ),
            (
                "laparoscopic",
                "laparoscopic |surgery|cholecystectomy|appendectomy|colectomy|procedure|hernia_repair; laparoscopy",
            ),
            ("arthroscopic", "arthroscopic |surgery; arthroscopy"),
            (
                "arthroplasty",
                "|total|elective hip|knee arthroplasty|replacement; arthroplasty; thr; tkr; tha; tka",
            ),
        ],
    ),
    choice(
        "mobility",
        &[
            (
                "normal",
                "mobile; ambulatory; ambulant; normal mobility; walking; out of bed; fully mobile; mobility normal",
            ),
            ("bed-rest", "|at|on bed rest; bedrest"),
            (
                "confined",
                "confined to bed |for |more_than|over| |72_hours; bed bound; bedbound; bedridden",
            ),
        ],
    ),
    choice(
        "spo2-scale",
        &[
            (
                "scale-1",
                "|spo2|on|saturation scale 1; |standard|normal scale 1; no \
                     hypercapnia|hypercapnic_respiratory_failure; not hypercapnic",
            ),
            (
                "scale-2",
                "|spo2|on|saturation scale 2; hypercapnic |respiratory failure; target |saturation|spo2|sats| |of| \
                     88 to|- 92; target 88",
            ),
        ],
    ),
    choice(
        "news2/oxygen",
        &[
            (
                "air",
                "|on|breathing room air; |on ra; on air; |breathing air; no |supplemental oxygen; without \
                     |supplemental oxygen",
            ),
            (
                "oxygen",
                "|on supplemental oxygen|o2; on |1|2|3|4|5|6|8|10|12|15 |l|liters|litres|l/min |of oxygen|o2; on \
                     1|2|3|4|5|6|8|10|12|15 l; nasal cannula|prongs|cannulae|specs; \
                     face|venturi|non_rebreather|rebreather|reservoir mask; on oxygen|o2; nrb; receiving oxygen; \
                     hfnc; needs oxygen",
            ),
        ],
    ),
    choice(
        "news2/consciousness",
        &[
            (
                "alert",
                "alert; awake and alert; acvpu a; avpu a; gcs 15; fully conscious; consciousness alert",
            ),
            (
                "cvpu",
                "|new|newly|acutely confusion|confused; responds to voice|pain; unresponsive; drowsy; cvpu; voice \
                     responsive; unconscious; acvpu c|v|p|u; avpu v|p|u; disoriented; delirious",
            ),
        ],
    ),
    choice(
        "admission",
        &[
            (
                "nonoperative",
                "nonoperative; non operative; medical admission|patient; not after an operation; no \
                     operation|surgery; nonsurgical; medical",
            ),
            (
                "emergency-surgery",
                "after|emergency|urgent| emergency surgery|operation|laparotomy; emergency postoperative; after an \
                     emergency operation; emergency laparotomy",
            ),
            (
                "elective-surgery",
                "after|elective| elective surgery|operation; elective postoperative; after an elective operation",
            ),
        ],
    ),
    choice(
        "eye",
        &[
            (
                "spontaneous",
                "e4; e 4; eye|eyes 4; eyes |open|opening spontaneously; |eyes|eye spontaneous |eye |opening; eye \
                     opening spontaneous; opens eyes spontaneously",
            ),
            (
                "to-sound",
                "e3; e 3; eye|eyes 3; eyes open|opening to voice|sound|speech; opens |his|her|the eyes to \
                     voice|sound|speech; eye opening to voice|sound|speech",
            ),
            (
                "to-pressure",
                "e2; e 2; eye|eyes 2; eyes open|opening to pain|pressure; opens |his|her|the eyes to pain|pressure; \
                     eye opening to pain|pressure",
            ),
            (
                "none",
                "e1; e 1; eye|eyes 1; no eye opening; eyes |stay|remain closed; does not open |his|her|the eyes",
            ),
            (
                "not-testable",
                "ent; e nt; eyes |swollen|not testable|shut; eye not testable",
            ),
        ],
    ),
    choice(
        "verbal",
        &[
            (
                "oriented",
                "v5; v 5; verbal 5; oriented; orientated; normal conversation; verbal oriented",
            ),
            (
                "confused",
                "v4; v 4; verbal 4; confused |speech|conversation; disoriented",
            ),
            (
                "words",
                "v3; v 3; verbal 3; inappropriate words|speech; single words; words only",
            ),
            (
                "sounds",
                "v2; v 2; verbal 2; incomprehensible |sounds|speech; sounds only; moaning; groaning; moans; groans",
            ),
            (
                "none",
                "v1; v 1; verbal 1; no verbal |response|output; no speech; silent; nonverbal",
            ),
            (
                "not-testable",
                "vt; vnt; v nt; v t; intubated; verbal not testable; tracheostomy",
            ),
        ],
    ),
    choice(
        "motor",
        &[
            (
                "obeys",
                "m6; m 6; motor 6; obeys |commands; obeying |commands; follows commands; following commands",
            ),
            (
                "localizing",
                "m5; m 5; motor 5; localizing |to |pain; localises |to |pain; localizes |to |pain; localising",
            ),
            (
                "normal-flexion",
                "m4; m 4; motor 4; withdraws |to|from |pain; withdrawal |to|from |pain; normal flexion; flexes to \
                     pain; withdrawing",
            ),
            (
                "abnormal-flexion",
                "m3; m 3; motor 3; abnormal flexion; decorticate |posturing; decorticates",
            ),
            (
                "extension",
                "m2; m 2; motor 2; extension |to |pain; extends |to |pain; extensor |posturing|response; decerebrate \
                     |posturing",
            ),
            ("none", "m1; m 1; motor 1; no motor |response; no movement; flaccid"),
            ("not-testable", "mnt; m nt; motor not testable; paralyzed"),
        ],
    ),
    Choice {
        denied: Some(("ascites", "absent")),
        ..choice(
            "ascites",
            &[
                ("absent", "no|absent ascites; without ascites; ascites |is absent|none"),
                (
                    "slight",
                    "mild|slight|minimal|small|trace|controlled ascites; ascites |is slight|mild|controlled",
                ),
                (
                    "moderate",
                    "moderate|severe|tense|gross|large|refractory|massive ascites; ascites |is \
                         moderate|severe|tense|gross",
                ),
            ],
        )
    },
    Choice {
        denied: Some(("encephalopathy; hepatic encephalopathy; he", "none")),
        ..choice(
            "encephalopathy",
            &[
                (
                    "none",
                    "no |hepatic encephalopathy; without |hepatic encephalopathy; encephalopathy |is none|absent",
                ),
                (
                    "grade-1-2",
                    "grade 1|2|i|ii|1_to_2|1_-_2|i_-_ii |hepatic encephalopathy|he; |hepatic encephalopathy |grade \
                         1|2|i|ii; mild |hepatic encephalopathy; minimal encephalopathy",
                ),
                (
                    "grade-3-4",
                    "grade 3|4|iii|iv|3_to_4|3_-_4 |hepatic encephalopathy|he; |hepatic encephalopathy |grade \
                         3|4|iii|iv; severe |hepatic encephalopathy",
                ),
            ],
        )
    },
    choice(
        "steroid-conversion/to",
        &[(
            "*",
            "to|into|in|as {}; {} equivalent|instead; equivalent |dose of|in|to {}",
        )],
    ),
    choice("steroid-conversion/from", &[("*", "{}; |mg|of|from {}")]),
    choice(
        "cockcroft-gault/variant",
        &[
            ("actual-weight", "actual |body weight; total body weight"),
            ("ideal-weight", "ideal |body weight; ibw; lean body weight"),
            ("adjusted-weight", "adjusted |body weight; adjbw; adj bw; abw"),
        ],
    ),
    choice(
        "body-surface-area/variant",
        &[
            ("mosteller", "mosteller"),
            ("du-bois", "du bois; dubois"),
            ("haycock", "haycock"),
        ],
    ),
    choice("corrected-calcium/variant", &[("payne-1973", "payne; payne's")]),
    choice(
        "corrected-sodium/variant",
        &[("hillier-1999", "hillier; 2.4"), ("katz-1973", "katz; factor 1.6")],
    ),
    choice(
        "maintenance-fluids/variant",
        &[
            (
                "4-2-1",
                "4 - 2 - 1; 421; 4 2 1; 4/2/1; hourly; per hour; hourly rate|rule",
            ),
            ("holliday-segar", "holliday |and| |segar; daily"),
        ],
    ),
];
