//! Findings that one score or a few ask for, by the names of their parameters.

use super::There::{Above, AtLeast, Below};
use super::{Condition, item};

const GRADE: &str = "Liver disease: mild, or cirrhosis with portal hypertension?";
const OLD_OR_NEW: &str = "Was that within the last month?";
const EARLIER: &str = "Was there a deep vein thrombosis or pulmonary embolism before this one?";
const WHICH_LIMB: &str = "Is one leg visibly larger than the other?";

pub static FINDINGS: &[Condition] = &[
    // HAS-BLED
    item(
        "has-bled/hypertension",
        "uncontrolled|poorly_controlled|severe hypertension|htn|bp|blood_pressure; hypertension|htn uncontrolled",
    )
    .against("well|| controlled hypertension|htn|bp|blood_pressure; hypertension|htn controlled|well_controlled")
    .ask(&[
        ("hypertension|hypertensive|htn|high_blood_pressure|high_bp", "Is the systolic pressure above 160 mmHg?"),
    ])
    .limit("systolic-bp", Above, &[("mm[Hg]", 160.0)]),
    item(
        "has-bled/renal-disease",
        "dialysis; hemodialysis; |renal|kidney transplant|transplantation; esrd; eskd; end stage renal|kidney disease; abnormal renal|kidney function",
    )
    .ask(&[(
        "ckd; chronic kidney|renal disease; renal|kidney failure|impairment|disease|insufficiency",
        "Dialysis, transplant, or creatinine of 200 µmol/L (2.26 mg/dL) or more?",
    )])
    .limit("creatinine", AtLeast, &[("umol/L", 200.0), ("mg/dL", 2.26)]),
    item("has-bled/liver-disease", "cirrhosis; cirrhotic; abnormal liver function; chronic hepatitis|liver_disease").ask(&[(
        "liver disease|impairment; hepatitis; deranged|abnormal lfts",
        "Cirrhosis, or bilirubin above twice with transaminases above three times the normal limit?",
    )]),
    item(
        "bleeding",
        "|prior|previous|major|past|gi|gastrointestinal|history_of|hx_of|intracranial bleed|bleeding|hemorrhage; bleeds; gib; ich; anemia; anemic; \
         bleeding diathesis|disorder|history|predisposition; hemophilia; thrombocytopenia",
    ),
    item("labile-inr", "labile|unstable|variable|erratic inr|inrs; ttr below 60; poor inr control; poor ttr"),
    item(
        "has-bled/drugs",
        "aspirin; asa; clopidogrel; prasugrel; ticagrelor; dapt; antiplatelet|antiplatelets; antiplatelet agent|therapy|drug; nsaid; nsaids; \
         ibuprofen; naproxen; diclofenac; celecoxib; acetylsalicylic acid",
    ),
    item(
        "has-bled/alcohol",
        "alcohol abuse|excess|misuse|dependence|dependency; alcoholic; alcoholism; heavy drinker|drinking; alcohol use disorder; etoh abuse",
    )
    .ask(&[("alcohol|drinks|etoh|drinker", "Eight or more drinks a week?")]),
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
    .ask(&[("ex|former|previous|past smoker; quit smoking; stopped smoking; smoked", "Any cigarette in the past month?")]),
    item(
        "heart-score/family-history",
        "positive family history; family history positive; family history of |premature|early cad|chd|ihd|mi|heart_disease|coronary_disease|\
         coronary_artery_disease|cardiovascular_disease|heart_attack|cvd; fhx of |premature cad|mi|ihd|heart_disease|cvd",
    )
    .ask(&[("family history; fhx; fh", "Cardiovascular disease of a parent or sibling before 65?")]),
    item(
        "atherosclerosis",
        "|prior|previous mi|stemi|nstemi; myocardial infarction; heart attack; stroke; cva; tia; pad; pvd; peripheral arterial|artery|vascular disease; \
         pci; cabg; |coronary stent|stents; coronary artery|heart disease; cad; ihd; chd; ischemic heart disease; coronary revascularization; \
         carotid disease|stenosis; atherosclerosis; atherosclerotic disease",
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
        "elevated|raised|positive|high|increased troponin|troponins|enzymes|cardiac_enzymes|trop|ck_mb; troponin|troponins|trop|enzymes |is \
         elevated|raised|positive|high; nstemi; troponin rise; elevated cardiac markers; stemi",
    ),
    item(
        "treated",
        "treated |for| hypertension|htn|blood_pressure|high_blood_pressure; on antihypertensives; on antihypertensive treatment|therapy|medication; \
         takes antihypertensives; on blood pressure medication|tablets|pills|treatment|medicine; on bp meds|medication|tablets; bp meds; \
         antihypertensive treatment|therapy|medication; on treatment|medication for |high blood_pressure|hypertension|bp",
    )
    .against("untreated |hypertension|htn|blood_pressure")
    .ask(&[("hypertension|hypertensive|htn|high_blood_pressure|antihypertensives", "Does the patient take medicine for high blood pressure?")]),
    item(
        "high-risk-surgery",
        "high risk surgery|operation|procedure; intraperitoneal|intrathoracic|suprainguinal |vascular surgery|procedure|operation; |open aaa|aortic \
         repair|surgery; laparotomy; thoracotomy; bowel|colon|colorectal resection; colectomy; hemicolectomy; lobectomy; pneumonectomy; gastrectomy; \
         esophagectomy; whipple; hepatectomy; pancreatectomy; open abdominal surgery; abdominal surgery; aortobifemoral bypass",
    ),
    item(
        "ischemic-heart-disease",
        "ischemic heart disease; ihd; cad; chd; coronary artery|heart disease; |prior|previous mi; myocardial infarction; heart attack; angina; nitrates; \
         nstemi; stemi; pathological q waves; positive |exercise stress|treadmill|exercise test",
    )
    .codes("414545008")
    .ask(&[("pci; cabg; coronary stent; revascularization", "Infarction, ischaemic pain, nitrates or Q waves? A revascularization alone does not count.")]),
    item("rcri/insulin", "insulin; on insulin; insulin treated|dependent|requiring; iddm; t1dm; type 1 diabetes|dm; insulin treated diabetes")
        .ask(&[("diabetes|diabetic|dm|t2dm|type_2_diabetes", "Is the diabetes treated with insulin?")]),
    // More than one score
    item(
        "cerebrovascular-disease cerebrovascular",
        "cerebrovascular disease; stroke; cva; tia; transient ischemic attack; cerebrovascular accident|event; cerebral infarct|infarction; mini stroke; ministroke",
    )
    .codes("62914000"),
    item("charlson/infarction", "myocardial infarction; mi; stemi; nstemi; heart attack; ami"),
    item(
        "charlson/peripheral-vascular",
        "peripheral vascular|arterial|artery disease; pvd; pad; paod; claudication; intermittent claudication; gangrene; aortic aneurysm; aaa; peripheral bypass",
    ),
    item(
        "malignancy active-cancer neoplastic-disease",
        "active| cancer|malignancy; malignant; metastatic |cancer|disease; carcinoma; neoplasm; neoplastic disease; on|receiving| chemotherapy|chemo; chemo; lymphoma; \
         leukemia; myeloma; breast|lung|colon|prostate|ovarian|pancreatic|bladder|gastric|colorectal|bowel|rectal cancer|ca|carcinoma; known cancer; oncology patient; \
         malignant tumor; melanoma; sarcoma; glioblastoma",
    )
    .codes("363346000")
    .ask(&[(
        "history|hx|previous|prior|past of| cancer|malignancy; cancer survivor; cancer in remission; previous cancer; remote cancer; tumor",
        "Is the cancer active: treated now, within six months, or palliatively?",
    )]),
    item("hemoptysis", "hemoptysis; coughing|coughs|coughed |up blood; bloody|blood_stained sputum; blood in |the sputum").codes("66857006"),
    item(
        "confusion altered-mentation altered-mental-status consciousness-altered",
        "confused; |new|acute confusion; disoriented; disorientation; |acutely altered mental status|mentation|consciousness|sensorium; ams; delirium; delirious; drowsy; \
         obtunded; stuporous; stupor; unresponsive; encephalopathic; newly confused; reduced|decreased consciousness|gcs; amts 8; lethargic; somnolent",
    )
    .against("alert |and|oriented oriented; gcs 15; fully oriented; alert; oriented; aox3; a&ox3; normal mentation|mental_status; amts 9; amts 10; lucid")
    .limit("gcs", Below, &[("1", 15.0)]),
    item(
        "wells-pe/dvt-signs",
        "|clinical signs |and_symptoms|or_symptoms of |a dvt|deep_vein_thrombosis; dvt signs|symptoms; clinical dvt; swollen|painful_swollen|swollen_tender leg|calf; |unilateral leg|calf swelling|edema; leg swelling and pain; swollen and tender leg|calf",
    ),
    item(
        "pe-most-likely",
        "pe |is| most|more likely; pulmonary embolism |is| most|more likely; |no alternative diagnosis less likely |than_pe; pe |is #1 diagnosis; pe is |the \
         most|more likely |diagnosis; pe |is |the leading|likeliest|number_1|top diagnosis; no |better alternative|other diagnosis |more_likely; pe as likely",
    )
    .against("alternative|another|other diagnosis |is more|as|at_least_as likely; pe |is less likely|unlikely; pe not likely"),
    item(
        "immobilization bedridden",
        "immobilized; immobilization; immobilized; immobility; immobile; bedridden; bed bound; bedbound; bed rest; bedrest; confined to bed; in bed for; laid up; recently immobile",
    ),
    item(
        "wells-pe/surgery",
        "|recent|major surgery; surgery |in|within|during |the |last|past|previous 4|3|2 weeks; surgery 1|2|3 week|weeks ago; postoperative; post op; postop; recent operation; \
         surgery last week; operated 1|2|3 week|weeks ago; hip|knee replacement |1|2|3 |week|weeks |ago; recently operated",
    )
    .ask(&[("surgery; operation", "Surgery within the last four weeks?")]),
    item(
        "wells-dvt/surgery",
        "|recent|recent_major major surgery; recent surgery|operation; surgery |in|within|during |the |last|past|previous 12|8|6|4|3|2 weeks; \
         surgery 1|2|3|4|5|6|8|10 week|weeks ago; surgery 1|2|3 month|months ago; postoperative; post op; postop; hip|knee replacement |1|2|3|4|5|6 |week|weeks |ago",
    )
    .ask(&[("surgery; operation", "Major surgery within the last 12 weeks?")]),
    item(
        "previous-vte previous-dvt",
        "previous|prior|past|hx_of|history_of|earlier|known|old dvt|pe|vte|deep_vein_thrombosis|deep_venous_thrombosis|pulmonary_embolism|pulmonary_embolus|\
         venous_thromboembolism|thrombosis|clot|clots; dvt|pe|vte in 1|2; recurrent vte|dvt|pe; dvt|pe|vte |1|2|3|4|5|6|8|10 years|months ago",
    )
    .codes("128053003 59282003")
    .ask(&[("dvt; pe; vte; deep vein thrombosis; pulmonary embolism; venous thromboembolism", EARLIER)]),
    // Wells DVT
    item(
        "wells-dvt/paralysis",
        "paralysis; paresis; paralyzed; hemiplegia; paraplegia; hemiparesis; plaster; |leg|in_a|plaster|recent cast; |recent plaster |cast|immobilization; leg weakness",
    ),
    item(
        "wells-dvt/tenderness",
        "|localized|calf|deep_vein tenderness; tender calf; calf |is tender; tender along the|| deep veins|deep_venous_system|veins; tenderness along the|| deep| \
         veins|deep_venous_system; localized tenderness |along_the |deep veins|deep_venous_system; calf pain on palpation",
    ),
    item(
        "entire-leg-swollen",
        "entire|whole leg |is swollen|swelling; swelling of the|| entire|whole leg; entire|whole leg |is swelling; swollen entire leg; leg swollen to the thigh|groin",
    )
    .ask(&[("swollen leg; leg swelling; leg |is swollen", "Is the entire leg swollen?")]),
    item(
        "calf-swelling",
        "calf |is| swelling|swollen |by|of| |more_than|over|>|at_least| |4|5|6|7|8 |cm; calf |is| |4|5|6|7|8 cm larger|bigger|wider|swollen; calf circumference |is| 4|5|6|7|8 cm larger|bigger|more",
    )
    .ask(&[("swollen calf; calf asymmetry", "Is the calf more than 3 cm larger than the other?")]),
    item("pitting-edema", "pitting edema; |unilateral pitting edema |confined|limited|in|of |to| |the |symptomatic leg; pitting swelling"),
    item("collateral-veins", "collateral |superficial veins; |dilated superficial |collateral veins; venous collaterals; collaterals"),
    item(
        "alternative-diagnosis",
        "alternative|another|other diagnosis |is|at_least|as |at_least|as|more |as likely; alternative diagnosis |more|equally likely; cellulitis |is |at_least|more|as |as likely; \
         baker cyst |is |more|as likely; likely alternative diagnosis; alternative more likely",
    )
    .against("dvt |is |the most|more likely |diagnosis; no |likely|better| alternative diagnosis |more|as| |likely")
    .ask(&[("cellulitis; baker cyst; bakers cyst; alternative diagnosis; muscle strain|tear", "Is another diagnosis at least as likely as deep vein thrombosis?")]),
    // PERC, Caprini
    item("unilateral-leg-swelling", "unilateral|one_sided leg|calf swelling|edema; one leg |is| |visibly larger|swollen|bigger; left|right leg|calf |is swollen|swelling; unilateral swelling")
        .ask(&[("leg swelling; swollen leg; legs swollen; swollen legs; leg edema", WHICH_LIMB)]),
    item(
        "surgery-trauma",
        "recent surgery|trauma|operation; surgery|trauma |in|within |the |last|past 4 weeks; surgery|trauma 1|2|3 week|weeks ago; surgery or trauma; postoperative; postop; post op; recent fracture",
    )
    .ask(&[("surgery; trauma; operation; fracture", "Surgery or trauma with general anaesthesia or a hospital stay, within four weeks?")]),
    item(
        "hormones",
        "estrogen; estrogens; ocp; ocps; coc; cocp; |combined oral contraceptive|contraceptives |pill|pills; contraceptive pill; contraceptive|contraceptives; birth control |pill|pills; the pill; hrt; \
         hormone replacement |therapy; hormonal contraception; hormone use; estrogen use; hormone therapy",
    )
    .ask(&[("contraception; iud; mirena; progesterone", "Does it contain estrogen?")]),
    item("past-major-surgery", "recent|past|previous major| surgery; major surgery |in|within |the |last|past month; surgery |in|within |the |last|past month; surgery 1|2|3 weeks ago").ask(&[(
        "earlier|old surgery; previous operation",
        OLD_OR_NEW,
    )]),
    item("caprini-2005/heart-failure", "decompensated|acute|recent heart_failure|hf|chf; |congestive heart failure this|within_a|within_the_last month; acutely decompensated heart failure")
        .ask(&[("heart failure; congestive heart failure; chf; hf; ccf; hfref; hfpef", OLD_OR_NEW)]),
    item("sepsis", "sepsis; septic; septic shock; bacteremia").codes("91302008"),
    item("lung-disease", "pneumonia; serious|severe lung disease; ards; respiratory failure; interstitial lung disease"),
    item("copd pulmonary", "copd; chronic obstructive |pulmonary|lung disease; emphysema; chronic bronchitis; abnormal pulmonary|lung function; chronic pulmonary|lung disease; asthma; pulmonary fibrosis")
        .codes("13645005"),
    item("acute-infarction", "acute mi|myocardial_infarction|stemi|nstemi|infarction; ami; stemi; nstemi; recent mi").ask(&[("mi; myocardial infarction; heart attack", "Is the infarction acute?")]),
    item("varicose-veins", "varicose veins; varicosities; varices of the legs; varicose vein"),
    item("swollen-legs", "swollen legs|leg|ankles; leg|ankle|legs|pedal swelling|edema; leg edema; edema of the legs; bilateral leg edema; lower limb|extremity edema|swelling"),
    item("inflammatory-bowel-disease", "inflammatory bowel disease; ibd; crohn|crohns |disease; ulcerative colitis"),
    item("pregnancy", "pregnant; pregnancy; postpartum; post partum; puerperium; gravid"),
    item("obstetric-history", "stillbirth; stillborn |infant; recurrent miscarriage|miscarriages|abortion|abortions; pre eclampsia; preeclampsia; growth restricted infant; iugr; 3 miscarriages"),
    item(
        "caprini-2005/malignancy",
        "active|previous|past|prior| cancer|malignancy; history|hx of cancer|malignancy; |metastatic carcinoma; metastatic |cancer|disease; lymphoma; leukemia; myeloma; \
         breast|lung|colon|prostate|ovarian|pancreatic|bladder|gastric|colorectal|bowel|rectal cancer|ca|carcinoma; malignant tumor",
    ),
    item("plaster-cast", "plaster |cast; |leg|in_a|immobilizing cast; immobilizing plaster |cast"),
    item("central-line", "central |venous line|access|catheter; cvc; cvl; picc |line; portacath; port a cath; hickman |line; central line"),
    item(
        "caprini-2005/previous-vte",
        "|previous|prior|past|hx_of|history_of dvt|pe|vte|deep_vein_thrombosis|pulmonary_embolism|venous_thromboembolism",
    ),
    item(
        "caprini-2005/family-history",
        "|positive family history|hx of |vte|dvt|pe|thrombosis|clots|thrombophilia|blood_clots|venous_thromboembolism|deep_vein_thrombosis|pulmonary_embolism; fhx of |vte|dvt|pe|thrombosis|clots",
    ),
    item("factor-v-leiden", "factor v|5 leiden; fvl; leiden mutation; heterozygous factor v leiden"),
    item("prothrombin", "prothrombin 20210a|mutation|gene; prothrombin gene mutation; g20210a; factor 2|ii mutation"),
    item("homocysteine", "elevated|raised|high| |serum homocysteine; hyperhomocysteinemia; homocysteinemia"),
    item("lupus-anticoagulant", "|positive lupus anticoagulant; la positive"),
    item("anticardiolipin", "|positive|elevated|raised anticardiolipin |antibodies|antibody; antiphospholipid antibodies|antibody; acl antibodies"),
    item("hit", "heparin induced thrombocytopenia; hit; hitt"),
    item("other-thrombophilia", "thrombophilia; protein c|s deficiency; antithrombin |iii deficiency; antiphospholipid syndrome; aps; other thrombophilia"),
    item(
        "caprini-2005/fracture",
        "hip|pelvis|pelvic|leg|femur|femoral|tibia|tibial|neck_of_femur|lower_limb fracture; fractured hip|pelvis|leg|femur|tibia|neck_of_femur; broken hip|leg|pelvis; nof fracture; #nof",
    )
    .ask(&[("fracture", "Hip, pelvis or leg, within a month?")]),
    item("caprini-2005/stroke", "recent|acute|new stroke|cva; stroke |in|within the|this|| |last|past month; stroke last week; stroke 1|2|3 weeks ago").ask(&[("stroke; cva", OLD_OR_NEW)]),
    item("multiple-trauma", "multiple trauma|injuries; polytrauma; major trauma; multitrauma"),
    item("spinal-cord-injury", "|acute spinal cord injury; sci; cord injury; paraplegia from trauma"),
    // Sore throat
    item("cough-absent", "absence of cough; cough absent|absence; absent cough; coughless").against("cough; coughing; coughs"),
    item(
        "cervical-nodes",
        "|swollen_ tender |anterior |cervical|neck nodes|node|lymph_nodes|lymph_node|lymphadenopathy|adenopathy|glands; |anterior cervical|neck \
         nodes|lymphadenopathy|adenopathy|lymph_nodes |are| |tender|swollen|enlarged|swollen_and_tender; swollen and tender |anterior cervical|neck |lymph nodes; cervical adenopathy",
    ),
    item("tonsils", "|tonsillar|tonsil exudate|exudates; tonsillar swelling|exudation|pus; exudative|swollen|enlarged tonsils; exudative tonsillitis; tonsils |are |swollen|enlarged|exudative; pus on |the tonsils"),
    item("feverpain/fever", "fever; febrile; pyrexia; pyrexial; feverish; fever in |the |last|past 24 hours|h").against("afebrile; apyrexial"),
    item("purulence", "purulence; purulent |tonsils; |tonsillar exudate|exudates; pus; pus on |the tonsils; purulent tonsillar exudate"),
    item("attends-rapidly", "attends|attended|attending|presents|presented|presenting rapidly|early|quickly|within_3_days|after_1_day|after_2_days; |onset|symptoms|started|for 1|2|3 day|days |ago; symptoms |for |under|less_than 3 days; \
         since yesterday; started yesterday; within 3 days; rapid attendance; short duration"),
    item("inflamed-tonsils", "|severely|very inflamed tonsils; tonsils |are |severely|very inflamed; severe tonsillar inflammation; severe inflammation"),
    item(
        "no-cough-coryza",
        "no cough or|and|nor|/|, |no|or coryza|runny_nose|cold; neither cough nor coryza; no cough|coryza , |and no coryza|cough; without cough or|and coryza; no coryza or|and|, |no cough; no cough |or runny nose; cough and coryza absent",
    )
    .against("cough; coryza; runny nose")
    .ask(&[("no cough; no coryza; no runny nose; without cough", "Are both cough and coryza absent?")]),
    // Pneumonia
    item("nursing-home", "nursing home |resident; care home |resident; lives in a nursing|care home; residential home; long term care |facility|resident; ltcf; snf"),
    item("psi/liver-disease", "cirrhosis; cirrhotic; chronic liver disease; chronic active hepatitis; liver disease").codes("19943007"),
    item("psi/renal-disease", "ckd; chronic kidney|renal disease; renal|kidney disease; dialysis; hemodialysis; esrd; renal failure").codes("709044004"),
    item("pleural-effusion", "|pleural effusion|effusions; parapneumonic effusion").codes("60046008"),
    item("no-blood-gas", "no |arterial blood gas|gases |was|were| |taken|done; no abg; no gas taken; abg not done|taken; without |a blood gas|abg; no blood gas|gases"),
    // Intensive care
    item("acute-renal-failure", "acute renal|kidney failure|injury; aki; arf; anuric; acute on chronic renal|kidney failure").codes("14669001"),
    item(
        "severe-chronic-disease",
        "cirrhosis with portal hypertension; hepatic failure; nyha 4|iv|class_iv|class_4; immunosuppressed; immunocompromised; immunosuppression; chronic dialysis; on dialysis; severe copd; \
         severe chronic |lung|organ disease|insufficiency; severe organ insufficiency; home oxygen; chemotherapy; dialysis dependent",
    )
    .ask(&[("cirrhosis; copd; heart failure; dialysis", "Severe organ insufficiency known before this admission (NYHA IV, portal hypertension, chronic dialysis, severe lung disease)?")]),
    item("respiratory-support", "|mechanically ventilated; mechanical ventilation; on |a ventilator; on|invasive ventilation; vented; cpap; niv; bipap; intubated; respiratory support; hfnc").codes("40617009"),
    item("dialysis", "dialysis; |on hemodialysis; cvvhd; cvvh; crrt; |on hd; rrt; dialysis twice |a|per |last|this week; renal replacement therapy"),
    item("primary-biliary", "primary biliary cholangitis|cirrhosis; pbc"),
    item("melena", "melena; black |tarry stool|stools; tarry stool|stools; malena").codes("2901004"),
    item("syncope", "syncope; syncopal |episode; collapse; collapsed; fainted; blackout; loss of consciousness; passed out").codes("271594007"),
    item("hepatic-disease", "hepatic|liver disease; cirrhosis; cirrhotic; chronic hepatitis; hepatic failure; liver failure; |alcoholic hepatitis"),
    // Charlson
    item("dementia", "dementia; alzheimer|alzheimers |disease; cognitive impairment").codes("52448006"),
    item("connective-tissue", "connective tissue disease; sle; lupus; rheumatoid |arthritis; scleroderma; polymyositis; rheumatologic disease; polymyalgia |rheumatica; ra"),
    item("ulcer", "|peptic|gastric|duodenal ulcer |disease; pud; ulcer disease").codes("13200003"),
    item("liver-mild", "mild liver disease; chronic hepatitis; cirrhosis without portal hypertension; hepatitis b|c").ask(&[("cirrhosis; cirrhotic; liver disease", GRADE)]),
    item("hemiplegia", "hemiplegia; paraplegia; hemiparesis; hemiplegic; paraplegic; tetraplegia; quadriplegia").codes("50582007"),
    item("renal", "moderate|severe renal|kidney disease|impairment; dialysis; hemodialysis; |renal|kidney transplant; esrd; uremia; ckd 4|5|stage_4|stage_5")
        .ask(&[("ckd; chronic kidney|renal disease; renal|kidney disease|failure|impairment", "Creatinine above 3 mg/dL, dialysis, transplant or uraemia?")])
        .limit("creatinine", Above, &[("mg/dL", 3.0), ("umol/L", 265.2)]),
    item(
        "diabetes-end-organ",
        "diabetes|diabetic|dm|t2dm|t1dm|type_2_diabetes|type_1_diabetes with end_organ_damage|retinopathy|neuropathy|nephropathy|complications; \
         diabetic retinopathy|neuropathy|nephropathy|kidney_disease; diabetes with end organ |damage|complications",
    ),
    item(
        "tumor",
        "|localized solid tumor; cancer; carcinoma; malignancy; breast|lung|colon|prostate|ovarian|pancreatic|bladder|gastric|colorectal|bowel|rectal cancer|ca|carcinoma",
    )
    .ask(&[("history|hx of cancer; previous|prior|past cancer; tumor", "A solid tumour without metastases, treated within five years?")]),
    item("leukemia", "leukemia; cll; aml; cml; all").codes("93143009"),
    item("lymphoma", "lymphoma; myeloma; multiple myeloma; hodgkin |lymphoma|disease; nhl; waldenstrom").codes("118600007"),
    item(
        "liver-moderate-severe",
        "moderate|severe|moderate_or_severe liver disease; cirrhosis with portal_hypertension|varices|ascites|variceal_bleeding; decompensated cirrhosis|liver_disease; \
         portal hypertension; variceal bleeding; esophageal varices",
    ),
    item(
        "metastatic-tumor",
        "metastatic |solid|breast|lung|colon|prostate|colorectal cancer|tumor|disease|carcinoma|malignancy|ca; metastases; metastasis; mets; |liver|brain|bone|lung metastases|mets; stage 4|iv cancer",
    ),
    item("aids", "aids; acquired immunodeficiency syndrome").codes("62479008").ask(&[("hiv", "Is it AIDS, not HIV infection alone?")]),
    item("has-bled/stroke", "stroke; cva; |cerebral|ischemic|hemorrhagic stroke; cerebrovascular accident; cerebral infarct|infarction")
        .ask(&[("tia; transient ischemic attack", "Was there a stroke?")]),
];
