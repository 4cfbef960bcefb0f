//! Names of calculators as people write and say them. Written with or without spaces and hyphens they are the same.
//!
//! One name may be that of several calculators. Then the one is meant of which the text has most hints and inputs, and
//! between equals the first in this list: eGFR is CKD-EPI's, QTc Bazett's, and Wells' score that for pulmonary
//! embolism, unless the text says otherwise.

pub struct Names {
    pub id: &'static str,
    pub names: &'static str,
    /// Words of everyday language or of other questions: they name it only where the text gives a patient's values.
    pub weak: &'static str,
    /// Words that tell it from others of the same name, separated by spaces.
    pub hints: &'static str,
}

const fn called(id: &'static str, names: &'static str) -> Names {
    Names {
        id,
        names,
        weak: "",
        hints: "",
    }
}

impl Names {
    const fn weak(self, weak: &'static str) -> Self {
        Self { weak, ..self }
    }

    const fn hints(self, hints: &'static str) -> Self {
        Self { hints, ..self }
    }
}

const GAP_HINTS: &str = "albumin alb corrected adjusted";

pub static CALCULATORS: &[Names] = &[
    called(
        "cha2ds2-vasc",
        "cha2ds2vasc; cha2ds2vas; chads2vasc; chads2vas; chadsvasc; chadvasc; chadsvas; chadsvask; cha2dsvasc; \
             chadsvascscore; cha2d2s2vasc; chad2svasc; chads2vasc2; cha2ds2vasch; cha2ds2vacs; cha2ds2vsac; \
             chadsvac; chads2vac; chads2vasco; cha2ds2vascscore; chas2ds2vasc; ch2ads2vasc",
    ),
    called(
        "cockcroft-gault",
        "cockcroftgault; cockcroft; cockroftgault; cockroft; cockcroftgalt; cockcroftgaut; cockcroftgualt; crcl; \
             clcr; creatinineclearance; creatclearance; creatinineclearence; crclearance; cgcrcl; crclcg; \
             estimatedcreatinineclearance; ecrcl",
    ),
    called(
        "wells-pe",
        "wells |score|criteria|rule |score for|of|in| suspected|possible|a|acute| pe|pulmonary_embolism; \
             pe|pulmonary_embolism wells |score|criteria; wells pe; wells |score|criteria|rule",
    )
    .hints("pe embolism pulmonary hemoptysis chest dyspnea tachycardia breathlessness"),
    called(
        "wells-dvt",
        "wells |score|criteria|rule |score for|of|in| suspected|possible|a|acute| dvt|deep_vein_thrombosis; \
             dvt|deep_vein_thrombosis wells |score|criteria; wells dvt; wells |score|criteria|rule",
    )
    .hints("dvt calf deep pitting entire collateral thigh"),
    called(
        "ckd-epi-2021",
        "ckd epi |2021|2009; egfr; egfr ckd epi |2021; estimated gfr|glomerular_filtration_rate; gfr; glomerular \
             filtration rate; egfr by ckd epi",
    )
    .hints("ckdepi epi 2021"),
    called(
        "mdrd",
        "mdrd |gfr|egfr; egfr |by|using|with mdrd; egfr; estimated gfr|glomerular_filtration_rate; gfr; glomerular \
             filtration rate",
    )
    .hints("mdrd"),
    called(
        "qtc-bazett",
        "qtc |bazett|interval; bazett |qtc|formula|correction; corrected qt |interval; qt correction; qtcb; qtc \
             |by|using|with bazett",
    )
    .hints("bazett bazetts qtcb"),
    called(
        "qtc-fridericia",
        "qtc |fridericia|interval; fridericia |qtc|formula|correction; corrected qt |interval; qt correction; qtcf; \
             qtc |by|using|with fridericia",
    )
    .hints("fridericia fredericia qtcf"),
    called(
        "qtc-hodges",
        "qtc |hodges|interval; hodges |qtc|formula|correction; corrected qt |interval; qt correction; qtch; qtc \
             |by|using|with hodges",
    )
    .hints("hodges"),
    called(
        "qtc-rautaharju",
        "qtc |rautaharju|interval; rautaharju |qtc|formula|correction; corrected qt |interval; qt correction; qtc \
             |by|using|with rautaharju",
    )
    .hints("rautaharju"),
    called(
        "framingham-hard-chd",
        "framingham |risk|coronary |score|risk; framingham risk score; framingham |hard chd |risk; frs",
    )
    .hints("cholesterol hdl smoker risk"),
    called(
        "qtc-framingham",
        "qtc |framingham|interval; framingham |qtc|formula|correction; framingham; corrected qt |interval; qt \
             correction; qtc |by|using|with framingham",
    )
    .hints("framingham"),
    called("anion-gap", "|serum anion gap").weak("gap"),
    called(
        "albumin-corrected-anion-gap",
        "albumin corrected|adjusted |anion gap; corrected|adjusted anion gap; anion gap corrected|adjusted |for \
             albumin; |serum anion gap",
    )
    .weak("gap")
    .hints(GAP_HINTS),
    called("delta-gap", "delta |anion gap; delta delta |gap"),
    called(
        "albumin-corrected-delta-gap",
        "albumin|| corrected|adjusted delta |anion gap; delta |anion gap; delta delta |gap; delta gap corrected |for \
             albumin",
    )
    .hints(GAP_HINTS),
    called("delta-ratio", "delta ratio; delta delta ratio"),
    called(
        "albumin-corrected-delta-ratio",
        "albumin|| corrected|adjusted delta ratio; delta ratio; delta delta ratio; delta ratio corrected |for \
             albumin",
    )
    .hints(GAP_HINTS),
    called("has-bled", "hasbled; has bleed; hasbled score; has bled score"),
    called("heart-score", "heart score; heartscore"),
    called("grace", "grace score|risk |score; grace acs |score").weak("grace"),
    called(
        "rcri",
        "rcri; revised cardiac risk |index; lee |cardiac|index |index; lee index; revised goldman |index",
    ),
    called("caprini-2005", "caprini |score|risk |assessment|score; caprini"),
    called("perc", "perc rule|criteria|score; pulmonary embolism rule out criteria").weak("perc"),
    called(
        "centor-mcisaac",
        "centor |score|criteria; mcisaac |score|criteria; modified centor |score|criteria; centor mcisaac |score",
    ),
    called("curb-65", "curb65; curb 65 |score; curb score; curb-65 score"),
    called("feverpain", "feverpain |score; fever pain score"),
    called(
        "psi",
        "pneumonia severity index; psi score|class; psi port |score; port score; psi/port",
    )
    .weak("psi"),
    called(
        "sirs",
        "sirs |criteria|score; systemic inflammatory response |syndrome |criteria",
    ),
    called("apache-ii", "apache ii|2 |score; apache; apache score"),
    called(
        "charlson",
        "charlson |comorbidity |index|score; cci; charlson's |comorbidity index",
    )
    .weak("cci"),
    called(
        "child-pugh",
        "child pugh |score|class|grade; child pugh turcotte; child turcotte pugh |score; ctp score|class; childs \
             pugh |score; child's pugh; cps score",
    ),
    called("glasgow-coma-scale", "glasgow coma scale|score; gcs |score; coma scale"),
    called(
        "glasgow-blatchford",
        "glasgow blatchford |bleeding |score; blatchford |score; gbs score; glasgow blatchford bleeding score",
    )
    .weak("gbs"),
    called(
        "meld-na",
        "meld na |score; meld |score; meld sodium |score; meldna; na meld",
    ),
    called(
        "news2",
        "news2 |score; news 2 |score; national early warning score |2; news score; early warning score",
    )
    .weak("news; ews"),
    called("qsofa", "qsofa |score; quick sofa |score; q sofa |score; quicksofa"),
    called("sofa", "sofa score; sequential organ failure |assessment |score").weak("sofa"),
    called(
        "fractional-excretion-of-sodium",
        "fena; fe na; fractional excretion of sodium|na; fractional sodium excretion; fractional excretion |of na; \
             fena %",
    ),
    called("free-water-deficit", "|free water deficit; fwd"),
    called(
        "morphine-milligram-equivalents",
        "mme; mmes; ome; omeq; med per day; morphine |milligram|milligrams|mg|dose \
             equivalent|equivalents|equivalence|equianalgesic_dose; oral morphine |equivalent|equivalents; morphine \
             equivalent |daily dose; opioid |dose equivalent|equivalents|conversion",
    ),
    called(
        "steroid-conversion",
        "steroid |dose conversion|equivalent|equivalents|equivalence; glucocorticoid |dose \
             conversion|equivalent|equivalents|equivalence; corticosteroid |dose \
             conversion|equivalent|equivalents|equivalence",
    )
    .weak(
        "convert; converted; equivalent |dose |of|in|to \
             prednisone|prednisolone|dexamethasone|hydrocortisone|methylprednisolone|betamethasone|cortisone|\
             triamcinolone; \
             prednisone|prednisolone|dexamethasone|hydrocortisone|methylprednisolone|betamethasone|cortisone|\
             triamcinolone equivalent",
    ),
    called(
        "renal-dosing-anticoagulants",
        "doac|noac dose|dosing |calculator; anticoagulant dose |calculator|by_kidney_function|by_renal_function; \
             renal |dosing|dose of|for| apixaban|dabigatran|edoxaban|rivaroxaban",
    )
    .weak(
        "apixaban|dabigatran|edoxaban|rivaroxaban dose|dosing; dose|dosing of|for \
             apixaban|dabigatran|edoxaban|rivaroxaban; doac dosing; noac dosing; anticoagulant dosing",
    ),
    called(
        "corrected-calcium",
        "corrected|adjusted calcium|ca; albumin corrected|adjusted calcium|ca; calcium corrected|adjusted |for \
             |albumin; calcium correction; payne formula|calcium",
    ),
    called(
        "fib-4",
        "fib4; fib 4 |score|index; fibrosis 4 |score|index; liver fibrosis score|index; fib-4 index",
    )
    .weak("liver fibrosis"),
    called("maintenance-fluids", "holliday segar; 421 rule; 4 2 1 rule").weak(
        "maintenance fluid|fluids |rate|requirement|requirements|volume; maintenance iv |fluid|fluids |rate; fluid \
             maintenance |rate; maintenance rate; daily fluid requirement|requirements",
    ),
    called(
        "homa-ir",
        "homa |ir|index; homair; insulin resistance index; homeostatic model assessment |of |insulin |resistance",
    )
    .weak("insulin resistance"),
    called(
        "ldl-friedewald",
        "friedewald |ldl|equation|formula; calculated ldl |cholesterol; ldl calc; ldl |cholesterol by|using|with \
             friedewald; ldl calculation",
    )
    .weak("ldl |cholesterol; ldlc; ldl c"),
    called(
        "serum-osmolality",
        "|serum|plasma|calculated|calculated_serum|calculated_plasma|estimated osmolality|osmolarity|osm|osms; sosm",
    )
    .weak("osmolality; osmolarity"),
    called(
        "corrected-sodium",
        "corrected|adjusted |serum sodium|na; sodium|na corrected |for |hyperglycemia|glucose|hyperglycaemia; sodium \
             correction; glucose corrected sodium|na; hyperglycemia corrected sodium",
    ),
    called("body-mass-index", "bmi; body mass index; quetelet |index"),
    called("target-weight", "target|goal |body weight").weak("weight for|at|with; target|goal bmi"),
    called(
        "body-surface-area",
        "bsa; body surface |area; mosteller |bsa; du bois |bsa; dubois |bsa; haycock |bsa; bsa \
             mosteller|haycock|dubois|du_bois",
    ),
    called(
        "mean-arterial-pressure",
        "mean arterial |blood pressure; mabp; mean blood pressure; mean bp",
    )
    .weak("map"),
    called(
        "ideal-body-weight",
        "ideal |body weight; ibw; devine |formula|weight; devine ideal |body weight",
    ),
    called(
        "adjusted-body-weight",
        "adjusted |body weight; adjbw; ajbw; adj bw; adjusted bw",
    )
    .weak("abw"),
    called(
        "conception-date",
        "conception date; date of conception; estimated |date_of conception |date; when conceived",
    ),
    called(
        "due-date",
        "due date; estimated due date|delivery_date; edd; estimated date of delivery|confinement; edc; naegele \
             |rule|s_rule; naegeles rule; date of delivery; expected date of delivery|confinement",
    ),
    called(
        "gestational-age",
        "gestational age; weeks of gestation|pregnancy; how many weeks pregnant|is_she; how far along",
    )
    .weak("ga; gestation; weeks pregnant; how pregnant"),
];
