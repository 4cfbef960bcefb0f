//! Names of vital signs, body measures and laboratory values.

/// A number with or without a unit, introduced by one of its names.
pub struct Measurement {
    /// Parameter names it answers to, separated by spaces.
    pub names: &'static str,
    /// LOINC codes it answers to, separated by spaces.
    pub codes: &'static str,
    pub words: &'static str,
    /// Its unit gives it away even without its name: `72 kg`.
    pub known_by_unit: bool,
    /// Of its units only one can be meant, because no living patient has that number in the other: 38.5 is no
    /// temperature in °F. Never so for what laboratories report in units of different countries.
    pub unit_by_size: bool,
    /// Words that leave open what a mass concentration weighs: urea, or the nitrogen in it.
    pub mass_unsure: &'static str,
}

const fn lab(names: &'static str, codes: &'static str, words: &'static str) -> Measurement {
    Measurement {
        names,
        codes,
        words,
        known_by_unit: false,
        unit_by_size: false,
        mass_unsure: "",
    }
}

const fn sized(names: &'static str, codes: &'static str, words: &'static str) -> Measurement {
    Measurement {
        unit_by_size: true,
        ..lab(names, codes, words)
    }
}

const fn by_unit(names: &'static str, codes: &'static str, words: &'static str) -> Measurement {
    Measurement {
        known_by_unit: true,
        ..lab(names, codes, words)
    }
}

/// Names that hold the name of a measurement and are another thing.
pub const NOT_A_MEASUREMENT: &str = "weight loss|gain|change; ideal|lean|adjusted|dry|target|birth body| weight; \
     ibw; creatine|creatinine kinase|clearance; albumin creatinine ratio; albumin to creatinine ratio; acr; pcr; \
     ionized|ionised|free calcium|ca; ca 19; ca 125; ca 15; ica; direct|conjugated|indirect|unconjugated bilirubin; \
     glycated|glycosylated hemoglobin; hemoglobin a1c; hba1c; mch; mchc; venous|csf|urine|urinary|gastric|pleural \
     ph; csf|urine|urinary|pleural glucose; urine|urinary protein|albumin|osmolality|chloride; normal albumin; heart \
     rate variability; blood pressure medication|medications|tablets|pills|medicine|medicines|drugs|treatment; bp \
     meds|medication|tablets|pills; high|raised|low blood pressure; high|low bp; sodium bicarbonate; sodium \
     restriction; potassium chloride; non hdl; vldl; urea breath test; qtc; corrected qt; pvo2; pvco2; svo2; scvo2; \
     sodium valproate; calcium channel|gluconate|chloride; insulin glargine|aspart|lispro|therapy|treatment; \
     temperature chart; platelet transfusion";

pub static MEASUREMENTS: &[Measurement] = &[
    by_unit(
        "weight body-weight",
        "29463-7 3141-9",
        "|actual|body|actual_body|current weight; wt; bw; weighs; weighing; weighed; weigh",
    ),
    by_unit(
        "height body-height",
        "8302-2",
        "|body height; ht; tall; stature; length",
    ),
    lab("bmi", "39156-5", "bmi; body mass index"),
    sized(
        "systolic-bp",
        "8480-6",
        "systolic; systolic blood pressure; systolic bp|pressure; sbp; bp systolic; bp; blood pressure; sys",
    ),
    sized(
        "diastolic-bp",
        "8462-4",
        "diastolic; diastolic blood pressure; diastolic bp|pressure; dbp; bp diastolic; dia",
    ),
    sized(
        "mean-arterial-pressure",
        "8478-0",
        "map; mean arterial|blood| pressure; mean bp; mabp",
    ),
    lab(
        "heart-rate",
        "8867-4",
        "heart|pulse|ventricular| rate; heartrate; pulse; hr; p",
    ),
    lab(
        "respiratory-rate",
        "9279-1",
        "respiratory|respiration|breathing|resp rate; rr; rf; resp; resps; respirations",
    ),
    sized(
        "temperature",
        "8310-5",
        "|body|core|tympanic|oral|rectal temperature; |core temp; t; tmax; fever of; febrile at|to",
    ),
    lab(
        "spo2",
        "59408-5 2708-6",
        "spo2; sao2; sp o2; o2 sat|sats|saturation; oxygen sat|sats|saturation; saturation; saturations; sats; sat; \
             saturating; satting; pulse oximetry",
    ),
    sized(
        "fio2",
        "3150-6",
        "fio2; fi o2; inspired oxygen; inspired o2; fraction of inspired oxygen",
    ),
    lab(
        "pao2",
        "2703-7",
        "pao2; pa o2; po2; arterial oxygen| pressure; arterial po2; oxygen pressure; arterial oxygen tension",
    ),
    lab(
        "paco2",
        "2019-8",
        "paco2; pa co2; pco2; arterial carbon dioxide| pressure; arterial pco2; arterial co2",
    ),
    lab("ph", "2744-1", "|arterial|blood ph"),
    lab(
        "aa-gradient",
        "",
        "aagradient; aado2; a ado2; alveolar arterial| gradient; alveolar arterial oxygen gradient|difference",
    ),
    lab("gcs", "9269-2", "gcs; glasgow coma scale|score; coma scale|score"),
    lab(
        "urine-creatinine",
        "2161-8 14683-7",
        "urine|urinary creatinine|creat|cr; ucr; u cr; ucreat; u creat; u creatinine; creatinine urine; creatinine \
             in |the urine; urine creatinine concentration",
    ),
    lab(
        "urine-sodium",
        "2955-3",
        "urine|urinary sodium|na; una; u na; u sodium; sodium urine; na urine; sodium in |the urine; urine sodium \
             concentration",
    ),
    lab(
        "urine-output",
        "",
        "urine output|volume; urinary output; uop; uo; diuresis; passing urine",
    ),
    lab(
        "",
        "",
        "urine urea|potassium; urinary urea|potassium; uk; uurea; fe urea",
    ),
    lab(
        "creatinine serum-creatinine",
        "2160-0 14682-9",
        "|serum|plasma|s|blood creatinine|creat; creat; crea; |s cr; scr; serum|plasma cr; pcr; creatinin; kreatinin",
    ),
    Measurement {
        mass_unsure: "urea; serum urea; plasma urea; blood urea",
        ..lab(
            "urea-nitrogen urea bun",
            "3094-0 14937-7 22664-7",
            "urea; |serum|plasma|blood urea; bun; |blood|serum urea nitrogen; urea n",
        )
    },
    lab(
        "sodium",
        "2951-2",
        "|serum|plasma|s|blood|measured sodium; na; na +; |serum|plasma|s na; sna; pna; natrium",
    ),
    lab(
        "potassium",
        "2823-3",
        "|serum|plasma|s potassium; k; k +; |serum|plasma|s k; kalium",
    ),
    lab(
        "chloride",
        "2075-0",
        "|serum|plasma|s chloride; cl; cl -; |serum|plasma cl",
    ),
    lab(
        "bicarbonate",
        "1963-8",
        "|serum|plasma|s|standard|arterial bicarbonate; bicarb; hco3; hco3 -; serum|total|plasma co2; tco2; co2",
    ),
    lab(
        "fasting-glucose",
        "14771-0 1558-6",
        "fasting |plasma|blood|serum glucose; fasting blood sugar; fbg; fpg; fbs; glucose; |blood|plasma glucose; \
             blood sugar; gluc",
    ),
    lab(
        "glucose",
        "2345-7 14749-6",
        "|serum|plasma|blood|random|capillary glucose; blood sugar; sugar; gluc; glc; bgl; bg; bm",
    ),
    lab(
        "insulin",
        "20448-7",
        "fasting |serum|plasma insulin; |serum|plasma insulin; insulin level",
    ),
    lab(
        "bilirubin",
        "1975-2 14631-6",
        "|total|serum|serum_total bilirubin; bili; tbili; t bili; total bili; tbil; bil",
    ),
    lab("albumin", "1751-7", "|serum|plasma albumin; |serum alb; alb"),
    lab("normal-albumin", "", "normal albumin"),
    lab("inr", "6301-6", "inr; international normalized ratio; pt inr"),
    sized(
        "hematocrit",
        "20570-8",
        "hematocrit; hct; packed cell volume; pcv; crit",
    ),
    lab("hemoglobin", "718-7", "hemoglobin; hb; hgb"),
    sized(
        "white-cells",
        "26464-8",
        "wbc; wbcs; wcc; white |blood cells|cell|count; white |blood cell count; leukocytes; leucocytes; \
             leukocyte|leucocyte count; white count; leukos",
    ),
    sized(
        "bands",
        "",
        "bands; band forms; immature neutrophils|granulocytes|forms; bandemia",
    ),
    sized(
        "platelets",
        "26515-7",
        "platelets; |blood platelet count; plt; plts; plat; thrombocytes",
    ),
    lab(
        "total-cholesterol",
        "2093-3 14647-2",
        "|total|serum|serum_total cholesterol; tc; total chol; chol; tchol",
    ),
    lab(
        "hdl-cholesterol",
        "2085-9 14646-4",
        "hdl; hdl c; hdlc; hdl cholesterol; hdl chol",
    ),
    lab("ldl-cholesterol", "13457-7", "ldl; ldl c; ldlc; ldl cholesterol"),
    lab(
        "triglycerides",
        "2571-8 14927-8",
        "|serum triglycerides; |serum triglyceride; tg; tgs; trigs; trig",
    ),
    lab(
        "calcium",
        "17861-6 2000-8",
        "|total|serum|serum_total|plasma|measured calcium; |total|serum ca; ca 2 +; ca +",
    ),
    lab(
        "ast",
        "1920-8",
        "ast; got; sgot; asat; aspartate aminotransferase|transaminase",
    ),
    lab(
        "alt",
        "1742-6",
        "alt; gpt; sgpt; alat; alanine aminotransferase|transaminase",
    ),
    sized(
        "qt-interval",
        "8634-8",
        "|uncorrected|measured|raw qt |interval|duration",
    ),
    lab("lactate", "", "|serum|blood lactate; lactic acid"),
    lab(
        "cycle-length",
        "",
        "cycle length|of|is; |menstrual cycle; cycles of; day cycle|cycles",
    ),
];

/// Measurements of one calculator only, by `calculator/parameter`, where they have words of their own.
pub static OF_ONE: &[Measurement] = &[
    lab(
        "target-weight/target-bmi",
        "",
        "|target|goal|desired bmi; |target|goal|desired body mass index",
    ),
    by_unit("steroid-conversion/dose", "", "dose; present|current dose"),
    lab(
        "sofa/norepinephrine",
        "",
        "norepinephrine; noradrenaline; norad; levophed; norepi",
    ),
    lab("sofa/epinephrine", "", "epinephrine; adrenaline; epi"),
    lab(
        "morphine-milligram-equivalents/fentanyl-patch",
        "",
        "fentanyl; fentanyl |transdermal patch|patches; transdermal fentanyl; duragesic",
    ),
    lab(
        "morphine-milligram-equivalents/fentanyl-buccal",
        "",
        "buccal|sublingual|transmucosal fentanyl; fentanyl buccal|sublingual|lozenge|lozenges|tablets",
    ),
];
