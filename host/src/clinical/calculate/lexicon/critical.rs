//! Findings of the scores of pneumonia, intensive care, bleeding and comorbidity, by the names of their parameters.

use super::There::Above;
use super::{Condition, item};

const GRADE: &str = "Liver disease: mild, or cirrhosis with portal hypertension?";

pub static CRITICAL: &[Condition] = &[
    // Pneumonia
    item(
        "nursing-home",
        "nursing home |resident; care home |resident; lives in a nursing|care home; residential \
         home; long term care |facility|resident; ltcf; snf",
    ),
    item(
        "psi/liver-disease",
        "cirrhosis; cirrhotic; chronic liver disease; chronic active hepatitis; liver \
         disease",
    )
    .codes("19943007"),
    item(
        "psi/renal-disease",
        "ckd; chronic kidney|renal disease; renal|kidney disease; dialysis; hemodialysis; \
         esrd; renal failure",
    )
    .codes("709044004"),
    item(
        "pleural-effusion",
        "|pleural effusion|effusions; parapneumonic effusion",
    )
    .codes("60046008"),
    item(
        "no-blood-gas",
        "no |arterial blood gas|gases |was|were| |taken|done; no abg; no gas taken; abg not \
         done|taken; without |a blood gas|abg; no blood gas|gases",
    ),
    // Intensive care
    item(
        "acute-renal-failure",
        "acute renal|kidney failure|injury; aki; arf; anuric; acute on chronic renal|kidney \
         failure",
    )
    .codes("14669001"),
    item(
        "severe-chronic-disease",
        "cirrhosis with portal hypertension; hepatic failure; nyha 4|iv|class_iv|class_4; immunosuppressed; \
             immunocompromised; immunosuppression; chronic dialysis; on dialysis; severe copd; severe chronic \
             |lung|organ disease|insufficiency; severe organ insufficiency; home oxygen; chemotherapy; dialysis \
             dependent",
    )
    .ask(&[(
        "cirrhosis; copd; heart failure; dialysis",
        "Severe organ insufficiency known before this admission \
         (NYHA IV, portal hypertension, chronic dialysis, severe lung disease)?",
    )]),
    item(
        "respiratory-support",
        "|mechanically ventilated; mechanical ventilation; on |a ventilator; on|invasive \
         ventilation; vented; cpap; niv; bipap; intubated; respiratory support; hfnc",
    )
    .codes("40617009"),
    item(
        "dialysis",
        "dialysis; |on hemodialysis; cvvhd; cvvh; crrt; |on hd; rrt; dialysis twice |a|per |last|this \
         week; renal replacement therapy",
    ),
    item("primary-biliary", "primary biliary cholangitis|cirrhosis; pbc"),
    item(
        "melena",
        "melena; black |tarry stool|stools; tarry stool|stools; malena",
    )
    .codes("2901004"),
    item(
        "syncope",
        "syncope; syncopal |episode; collapse; collapsed; fainted; blackout; loss of consciousness; \
         passed out",
    )
    .codes("271594007"),
    item(
        "hepatic-disease",
        "hepatic|liver disease; cirrhosis; cirrhotic; chronic hepatitis; hepatic failure; liver \
         failure; |alcoholic hepatitis",
    ),
    // Charlson
    item(
        "dementia",
        "dementia; alzheimer|alzheimers |disease; cognitive impairment",
    )
    .codes("52448006"),
    item(
        "connective-tissue",
        "connective tissue disease; sle; lupus; rheumatoid |arthritis; scleroderma; \
         polymyositis; rheumatologic disease; polymyalgia |rheumatica; ra",
    ),
    item("ulcer", "|peptic|gastric|duodenal ulcer |disease; pud; ulcer disease").codes("13200003"),
    item(
        "liver-mild",
        "mild liver disease; chronic hepatitis; cirrhosis without portal hypertension; hepatitis \
         b|c",
    )
    .ask(&[("cirrhosis; cirrhotic; liver disease", GRADE)]),
    item(
        "hemiplegia",
        "hemiplegia; paraplegia; hemiparesis; hemiplegic; paraplegic; tetraplegia; \
         quadriplegia",
    )
    .codes("50582007"),
    item(
        "renal",
        "moderate|severe renal|kidney disease|impairment; dialysis; hemodialysis; |renal|kidney \
         transplant; esrd; uremia; ckd 4|5|stage_4|stage_5",
    )
    .ask(&[(
        "ckd; chronic kidney|renal disease; renal|kidney disease|failure|impairment",
        "Creatinine above 3 \
             mg/dL, dialysis, transplant or uraemia?",
    )])
    .limit("creatinine", Above, &[("mg/dL", 3.0), ("umol/L", 265.2)]),
    item(
        "diabetes-end-organ",
        "diabetes|diabetic|dm|t2dm|t1dm|type_2_diabetes|type_1_diabetes with \
             end_organ_damage|retinopathy|neuropathy|nephropathy|complications; diabetic \
             retinopathy|neuropathy|nephropathy|kidney_disease; diabetes with end organ |damage|complications",
    ),
    item(
        "tumor",
        "|localized solid tumor; cancer; carcinoma; malignancy; \
             breast|lung|colon|prostate|ovarian|pancreatic|bladder|gastric|colorectal|bowel|rectal \
             cancer|ca|carcinoma",
    )
    .ask(&[(
        "history|hx of cancer; previous|prior|past cancer; tumor",
        "A solid tumour without metastases, treated \
         within five years?",
    )]),
    item("leukemia", "leukemia; cll; aml; cml; all").codes("93143009"),
    item(
        "lymphoma",
        "lymphoma; myeloma; multiple myeloma; hodgkin |lymphoma|disease; nhl; \
         waldenstrom",
    )
    .codes("118600007"),
    item(
        "liver-moderate-severe",
        "moderate|severe|moderate_or_severe liver disease; cirrhosis with \
             portal_hypertension|varices|ascites|variceal_bleeding; decompensated cirrhosis|liver_disease; portal \
             hypertension; variceal bleeding; esophageal varices",
    ),
    item(
        "metastatic-tumor",
        "metastatic |solid|breast|lung|colon|prostate|colorectal cancer|tumor|disease|carcinoma|malignancy|ca; \
             metastases; metastasis; mets; |liver|brain|bone|lung metastases|mets; stage 4|iv cancer",
    ),
    item("aids", "aids; acquired immunodeficiency syndrome")
        .codes("62479008")
        .ask(&[(
            "hiv",
            "Is it AIDS, not HIV \
         infection alone?",
        )]),
];
