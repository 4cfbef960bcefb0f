//! Findings of the scores of the heart, of pulmonary embolism and of the sore throat, by the names of their parameters.

use super::There::{Above, AtLeast, Below};
use super::{Condition, item};

const EARLIER: &str = "Was there a deep vein thrombosis or pulmonary embolism before this one?";

pub static FINDINGS: &[Condition] = &[
    // HAS-BLED
    item(
        "has-bled/hypertension",
        "uncontrolled|poorly_controlled|severe hypertension|htn|bp|blood_pressure; hypertension|htn uncontrolled",
    )
    .against("well|| controlled hypertension|htn|bp|blood_pressure; hypertension|htn controlled|well_controlled")
    .ask(&[(
        "hypertension|hypertensive|htn|high_blood_pressure|high_bp",
        "Is the systolic pressure above 160 mmHg?",
    )])
    .limit("systolic-bp", Above, &[("mm[Hg]", 160.0)]),
    item(
        "has-bled/renal-disease",
        "dialysis; hemodialysis; |renal|kidney transplant|transplantation; esrd; eskd; end stage renal|kidney \
             disease; abnormal renal|kidney function",
    )
    .ask(&[(
        "ckd; chronic kidney|renal disease; renal|kidney failure|impairment|disease|insufficiency",
        "Dialysis, transplant, or creatinine of 200 µmol/L (2.26 mg/dL) or more?",
    )])
    .limit("creatinine", AtLeast, &[("umol/L", 200.0), ("mg/dL", 2.26)]),
    item(
        "has-bled/liver-disease",
        "cirrhosis; cirrhotic; abnormal liver function; chronic \
         hepatitis|liver_disease",
    )
    .ask(&[(
        "liver disease|impairment; hepatitis; deranged|abnormal lfts",
        "Cirrhosis, or bilirubin above twice with transaminases above three times the normal limit?",
    )]),
    item(
        "bleeding",
        "|prior|previous|major|past|gi|gastrointestinal|history_of|hx_of|intracranial bleed|bleeding|hemorrhage; \
             bleeds; gib; ich; anemia; anemic; bleeding diathesis|disorder|history|predisposition; hemophilia; \
             thrombocytopenia",
    ),
    item(
        "labile-inr",
        "labile|unstable|variable|erratic inr|inrs; ttr below 60; poor inr control; poor ttr",
    ),
    item(
        "has-bled/drugs",
        "aspirin; asa; clopidogrel; prasugrel; ticagrelor; dapt; antiplatelet|antiplatelets; antiplatelet \
             agent|therapy|drug; nsaid; nsaids; ibuprofen; naproxen; diclofenac; celecoxib; acetylsalicylic acid",
    ),
    item(
        "has-bled/alcohol",
        "alcohol abuse|excess|misuse|dependence|dependency; alcoholic; alcoholism; heavy drinker|drinking; alcohol \
             use disorder; etoh abuse",
    )
    .ask(&[("alcohol|drinks|etoh|drinker", "Eight or more drinks a week?")]),
    item(
        "has-bled/stroke",
        "stroke; cva; |cerebral|ischemic|hemorrhagic stroke; cerebrovascular accident; cerebral \
         infarct|infarction",
    )
    .ask(&[("tia; transient ischemic attack", "Was there a stroke?")]),
    // HEART, GRACE, Framingham, RCRI
    item(
        "hypercholesterolemia",
        "hypercholesterolemia; high cholesterol; hyperlipidemia; dyslipidemia; hld; on a| statin; raised cholesterol",
    )
    .codes("13644009 55822004"),
    item("obesity", "obese; obesity; morbidly obese")
        .codes("414916001")
        .limit("bmi", Above, &[("kg/m2", 30.0)]),
    item(
        "smoker smoking",
        "smoker; smokes; smoking; current smoker|smoking|tobacco; active smoker; tobacco use",
    )
    .codes("77176002")
    .against("non smoker; nonsmoker; never smoker|smoked")
    .ask(&[(
        "ex|former|previous|past smoker; quit smoking; stopped smoking; smoked",
        "Any cigarette in the past \
         month?",
    )]),
    item(
        "heart-score/family-history",
        "positive family history; family history positive; family history of |premature|early \
             cad|chd|ihd|mi|heart_disease|coronary_disease|coronary_artery_disease|cardiovascular_disease|\
             heart_attack|cvd; fhx of |premature cad|mi|ihd|heart_disease|cvd",
    )
    .ask(&[(
        "family history; fhx; fh",
        "Cardiovascular disease of a parent or sibling before 65?",
    )]),
    item(
        "atherosclerosis",
        "|prior|previous mi|stemi|nstemi; myocardial infarction; heart attack; stroke; cva; tia; pad; pvd; \
             peripheral arterial|artery|vascular disease; pci; cabg; |coronary stent|stents; coronary artery|heart \
             disease; cad; ihd; chd; ischemic heart disease; coronary revascularization; carotid disease|stenosis; \
             atherosclerosis; atherosclerotic disease",
    ),
    item(
        "cardiac-arrest",
        "cardiac arrest |at|on |admission|presentation|arrival; arrested|arrest; vf arrest; ohca; rosc; resuscitated",
    ),
    item(
        "st-deviation",
        "st |segment deviation|elevation|depression|changes; st elevation mi; stemi; ste; std",
    ),
    item(
        "cardiac-enzymes",
        "elevated|raised|positive|high|increased troponin|troponins|enzymes|cardiac_enzymes|trop|ck_mb; \
             troponin|troponins|trop|enzymes |is elevated|raised|positive|high; nstemi; troponin rise; elevated \
             cardiac markers; stemi",
    ),
    item(
        "treated",
        "treated |for| hypertension|htn|blood_pressure|high_blood_pressure; on antihypertensives; on \
             antihypertensive treatment|therapy|medication; takes antihypertensives; on blood pressure \
             medication|tablets|pills|treatment|medicine; on bp meds|medication|tablets; bp meds; antihypertensive \
             treatment|therapy|medication; on treatment|medication for |high blood_pressure|hypertension|bp",
    )
    .against("untreated |hypertension|htn|blood_pressure")
    .ask(&[(
        "hypertension|hypertensive|htn|high_blood_pressure|antihypertensives",
        "Does the patient take medicine \
         for high blood pressure?",
    )]),
    item(
        "high-risk-surgery",
        "high risk surgery|operation|procedure; intraperitoneal|intrathoracic|suprainguinal |vascular \
             surgery|procedure|operation; |open aaa|aortic repair|surgery; laparotomy; thoracotomy; \
             bowel|colon|colorectal resection; colectomy; hemicolectomy; lobectomy; pneumonectomy; gastrectomy; \
             esophagectomy; whipple; hepatectomy; pancreatectomy; open abdominal surgery; abdominal surgery; \
             aortobifemoral bypass",
    ),
    item(
        "ischemic-heart-disease",
        "ischemic heart disease; ihd; cad; chd; coronary artery|heart disease; |prior|previous mi; myocardial \
             infarction; heart attack; angina; nitrates; nstemi; stemi; pathological q waves; positive |exercise \
             stress|treadmill|exercise test",
    )
    .codes("414545008")
    .ask(&[(
        "pci; cabg; coronary stent; revascularization",
        "Infarction, ischaemic pain, nitrates or Q waves? A \
         revascularization alone does not count.",
    )]),
    item(
        "rcri/insulin",
        "insulin; on insulin; insulin treated|dependent|requiring; iddm; t1dm; type 1 diabetes|dm; \
         insulin treated diabetes",
    )
    .ask(&[(
        "diabetes|diabetic|dm|t2dm|type_2_diabetes",
        "Is the diabetes treated with insulin?",
    )]),
    // More than one score
    item(
        "cerebrovascular-disease cerebrovascular",
        "cerebrovascular disease; stroke; cva; tia; transient ischemic attack; cerebrovascular accident|event; \
             cerebral infarct|infarction; mini stroke; ministroke",
    )
    .codes("62914000"),
    item(
        "charlson/infarction",
        "myocardial infarction; mi; stemi; nstemi; heart attack; ami",
    ),
    item(
        "charlson/peripheral-vascular",
        "peripheral vascular|arterial|artery disease; pvd; pad; paod; claudication; intermittent claudication; \
             gangrene; aortic aneurysm; aaa; peripheral bypass",
    ),
    item(
        "malignancy active-cancer neoplastic-disease",
        "active| cancer|malignancy; malignant; metastatic |cancer|disease; carcinoma; neoplasm; neoplastic disease; \
             on|receiving| chemotherapy|chemo; chemo; lymphoma; leukemia; myeloma; \
             breast|lung|colon|prostate|ovarian|pancreatic|bladder|gastric|colorectal|bowel|rectal \
             cancer|ca|carcinoma; known cancer; oncology patient; malignant tumor; melanoma; sarcoma; glioblastoma",
    )
    .codes("363346000")
    .ask(&[(
        "history|hx|previous|prior|past of| cancer|malignancy; cancer survivor; cancer in remission; previous \
             cancer; remote cancer; tumor",
        "Is the cancer active: treated now, within six months, or palliatively?",
    )]),
    item(
        "hemoptysis",
        "hemoptysis; coughing|coughs|coughed |up blood; bloody|blood_stained sputum; blood in |the \
         sputum",
    )
    .codes("66857006"),
    item(
        "confusion altered-mentation altered-mental-status consciousness-altered",
        "confused; |new|acute confusion; disoriented; disorientation; |acutely altered mental \
             status|mentation|consciousness|sensorium; ams; delirium; delirious; drowsy; obtunded; stuporous; \
             stupor; unresponsive; encephalopathic; newly confused; reduced|decreased consciousness|gcs; amts 8; \
             lethargic; somnolent",
    )
    .against(
        "alert |and|oriented oriented; gcs 15; fully oriented; alert; oriented; aox3; a&ox3; normal \
         mentation|mental_status; amts 9; amts 10; lucid",
    )
    .limit("gcs", Below, &[("1", 15.0)]),
    item(
        "wells-pe/dvt-signs",
        "|clinical signs |and_symptoms|or_symptoms of |a dvt|deep_vein_thrombosis; dvt signs|symptoms; clinical dvt; \
             swollen|painful_swollen|swollen_tender leg|calf; |unilateral leg|calf swelling|edema; leg swelling and \
             pain; swollen and tender leg|calf",
    ),
    item(
        "pe-most-likely",
        "pe |is| most|more likely; pulmonary embolism |is| most|more likely; |no alternative diagnosis less likely \
             |than_pe; pe |is #1 diagnosis; pe is |the most|more likely |diagnosis; pe |is |the \
             leading|likeliest|number_1|top diagnosis; no |better alternative|other diagnosis |more_likely; pe as \
             likely",
    )
    .against(
        "alternative|another|other diagnosis |is more|as|at_least_as likely; pe |is less likely|unlikely; pe \
         not likely",
    ),
    item(
        "immobilization bedridden",
        "immobilized; immobilization; immobilized; immobility; immobile; bedridden; bed bound; bedbound; bed rest; \
             bedrest; confined to bed; in bed for; laid up; recently immobile",
    ),
    item(
        "wells-pe/surgery",
        "|recent|major surgery; surgery |in|within|during |the |last|past|previous 4|3|2 weeks; surgery 1|2|3 \
             week|weeks ago; postoperative; post op; postop; recent operation; surgery last week; operated 1|2|3 \
             week|weeks ago; hip|knee replacement |1|2|3 |week|weeks |ago; recently operated",
    )
    .ask(&[("surgery; operation", "Surgery within the last four weeks?")]),
    item(
        "wells-dvt/surgery",
        "|recent|recent_major major surgery; recent surgery|operation; surgery |in|within|during |the \
             |last|past|previous 12|8|6|4|3|2 weeks; surgery 1|2|3|4|5|6|8|10 week|weeks ago; surgery 1|2|3 \
             month|months ago; postoperative; post op; postop; hip|knee replacement |1|2|3|4|5|6 |week|weeks |ago",
    )
    .ask(&[("surgery; operation", "Major surgery within the last 12 weeks?")]),
    item(
        "previous-vte previous-dvt",
        "previous|prior|past|hx_of|history_of|earlier|known|old \
             dvt|pe|vte|deep_vein_thrombosis|deep_venous_thrombosis|pulmonary_embolism|pulmonary_embolus|\
             venous_thromboembolism|thrombosis|clot|clots; dvt|pe|vte in 1|2; recurrent vte|dvt|pe; dvt|pe|vte \
             |1|2|3|4|5|6|8|10 years|months ago",
    )
    .codes("128053003 59282003")
    .ask(&[(
        "dvt; pe; vte; deep vein thrombosis; pulmonary embolism; venous thromboembolism",
        EARLIER,
    )]),
    // Sore throat
    item(
        "cough-absent",
        "absence of cough; cough absent|absence; absent cough; coughless",
    )
    .against(
        "cough; \
         coughing; coughs",
    ),
    item(
        "cervical-nodes",
        "|swollen_ tender |anterior |cervical|neck \
             nodes|node|lymph_nodes|lymph_node|lymphadenopathy|adenopathy|glands; |anterior cervical|neck \
             nodes|lymphadenopathy|adenopathy|lymph_nodes |are| |tender|swollen|enlarged|swollen_and_tender; swollen \
             and tender |anterior cervical|neck |lymph nodes; cervical adenopathy",
    ),
    item(
        "tonsils",
        "|tonsillar|tonsil exudate|exudates; tonsillar swelling|exudation|pus; \
         exudative|swollen|enlarged tonsils; exudative tonsillitis; tonsils |are |swollen|enlarged|exudative; pus on \
         |the tonsils",
    ),
    item(
        "feverpain/fever",
        "fever; febrile; pyrexia; pyrexial; feverish; fever in |the |last|past 24 \
         hours|h",
    )
    .against("afebrile; apyrexial"),
    item(
        "purulence",
        "purulence; purulent |tonsils; |tonsillar exudate|exudates; pus; pus on |the tonsils; purulent \
         tonsillar exudate",
    ),
    item(
        "attends-rapidly",
        "attends|attended|attending|presents|presented|presenting \
         rapidly|early|quickly|within_3_days|after_1_day|after_2_days; |onset|symptoms|started|for 1|2|3 day|days \
         |ago; symptoms |for |under|less_than 3 days; since yesterday; started yesterday; within 3 days; rapid \
         attendance; short duration",
    ),
    item(
        "inflamed-tonsils",
        "|severely|very inflamed tonsils; tonsils |are |severely|very inflamed; severe \
         tonsillar inflammation; severe inflammation",
    ),
    item(
        "no-cough-coryza",
        "no cough or|and|nor|/|, |no|or coryza|runny_nose|cold; neither cough nor coryza; no cough|coryza , |and no \
             coryza|cough; without cough or|and coryza; no coryza or|and|, |no cough; no cough |or runny nose; cough \
             and coryza absent",
    )
    .against("cough; coryza; runny nose")
    .ask(&[(
        "no cough; no coryza; no runny nose; without cough",
        "Are both cough and coryza absent?",
    )]),
];
