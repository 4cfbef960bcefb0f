//! Findings of the scores of deep vein thrombosis and its risk, by the names of their parameters.

use super::{Condition, item};

const OLD_OR_NEW: &str = "Was that within the last month?";
const WHICH_LIMB: &str = "Is one leg visibly larger than the other?";

pub static THROMBOSIS: &[Condition] = &[
    // Wells DVT
    item(
        "wells-dvt/paralysis",
        "paralysis; paresis; paralyzed; hemiplegia; paraplegia; hemiparesis; plaster; |leg|in_a|plaster|recent cast; \
             |recent plaster |cast|immobilization; leg weakness",
    ),
    item(
        "wells-dvt/tenderness",
        "|localized|calf|deep_vein tenderness; tender calf; calf |is tender; tender along the|| deep \
             veins|deep_venous_system|veins; tenderness along the|| deep| veins|deep_venous_system; localized \
             tenderness |along_the |deep veins|deep_venous_system; calf pain on palpation",
    ),
    item(
        "entire-leg-swollen",
        "entire|whole leg |is swollen|swelling; swelling of the|| entire|whole leg; entire|whole leg |is swelling; \
             swollen entire leg; leg swollen to the thigh|groin",
    )
    .ask(&[(
        "swollen leg; leg swelling; leg |is swollen",
        "Is the entire leg swollen?",
    )]),
    item(
        "calf-swelling",
        "calf |is| swelling|swollen |by|of| |more_than|over|>|at_least| |4|5|6|7|8 |cm; calf |is| |4|5|6|7|8 cm \
             larger|bigger|wider|swollen; calf circumference |is| 4|5|6|7|8 cm larger|bigger|more",
    )
    .ask(&[(
        "swollen calf; calf asymmetry",
        "Is the calf more than 3 cm larger than the other?",
    )]),
    item(
        "pitting-edema",
        "pitting edema; |unilateral pitting edema |confined|limited|in|of |to| |the |symptomatic \
         leg; pitting swelling",
    ),
    item(
        "collateral-veins",
        "collateral |superficial veins; |dilated superficial |collateral veins; venous \
         collaterals; collaterals",
    ),
    item(
        "alternative-diagnosis",
        "alternative|another|other diagnosis |is|at_least|as |at_least|as|more |as likely; alternative diagnosis \
             |more|equally likely; cellulitis |is |at_least|more|as |as likely; baker cyst |is |more|as likely; \
             likely alternative diagnosis; alternative more likely",
    )
    .against("dvt |is |the most|more likely |diagnosis; no |likely|better| alternative diagnosis |more|as| |likely")
    .ask(&[(
        "cellulitis; baker cyst; bakers cyst; alternative diagnosis; muscle strain|tear",
        "Is another diagnosis \
         at least as likely as deep vein thrombosis?",
    )]),
    // PERC, Caprini
    item(
        "unilateral-leg-swelling",
        "unilateral|one_sided leg|calf swelling|edema; one leg |is| |visibly \
         larger|swollen|bigger; left|right leg|calf |is swollen|swelling; unilateral swelling",
    )
    .ask(&[(
        "leg swelling; swollen leg; legs swollen; swollen legs; leg edema",
        WHICH_LIMB,
    )]),
    item(
        "surgery-trauma",
        "recent surgery|trauma|operation; surgery|trauma |in|within |the |last|past 4 weeks; surgery|trauma 1|2|3 \
             week|weeks ago; surgery or trauma; postoperative; postop; post op; recent fracture",
    )
    .ask(&[(
        "surgery; trauma; operation; fracture",
        "Surgery or trauma with general anaesthesia or a hospital stay, \
         within four weeks?",
    )]),
    item(
        "hormones",
        "estrogen; estrogens; ocp; ocps; coc; cocp; |combined oral contraceptive|contraceptives |pill|pills; \
             contraceptive pill; contraceptive|contraceptives; birth control |pill|pills; the pill; hrt; hormone \
             replacement |therapy; hormonal contraception; hormone use; estrogen use; hormone therapy",
    )
    .ask(&[("contraception; iud; mirena; progesterone", "Does it contain estrogen?")]),
    item(
        "past-major-surgery",
        "recent|past|previous major| surgery; major surgery |in|within |the |last|past month; \
         surgery |in|within |the |last|past month; surgery 1|2|3 weeks ago",
    )
    .ask(&[("earlier|old surgery; previous operation", OLD_OR_NEW)]),
    item(
        "caprini-2005/heart-failure",
        "decompensated|acute|recent heart_failure|hf|chf; |congestive heart failure \
         this|within_a|within_the_last month; acutely decompensated heart failure",
    )
    .ask(&[(
        "heart failure; congestive heart failure; chf; hf; ccf; hfref; hfpef",
        OLD_OR_NEW,
    )]),
    item("sepsis", "sepsis; septic; septic shock; bacteremia").codes("91302008"),
    item(
        "lung-disease",
        "pneumonia; serious|severe lung disease; ards; respiratory failure; interstitial lung \
         disease",
    ),
    item(
        "copd pulmonary",
        "copd; chronic obstructive |pulmonary|lung disease; emphysema; chronic bronchitis; \
         abnormal pulmonary|lung function; chronic pulmonary|lung disease; asthma; pulmonary fibrosis",
    )
    .codes("13645005"),
    item(
        "acute-infarction",
        "acute mi|myocardial_infarction|stemi|nstemi|infarction; ami; stemi; nstemi; recent \
         mi",
    )
    .ask(&[("mi; myocardial infarction; heart attack", "Is the infarction acute?")]),
    item(
        "varicose-veins",
        "varicose veins; varicosities; varices of the legs; varicose vein",
    ),
    item(
        "swollen-legs",
        "swollen legs|leg|ankles; leg|ankle|legs|pedal swelling|edema; leg edema; edema of the \
         legs; bilateral leg edema; lower limb|extremity edema|swelling",
    ),
    item(
        "inflammatory-bowel-disease",
        "inflammatory bowel disease; ibd; crohn|crohns |disease; ulcerative colitis",
    ),
    item(
        "pregnancy",
        "pregnant; pregnancy; postpartum; post partum; puerperium; gravid",
    ),
    item(
        "obstetric-history",
        "stillbirth; stillborn |infant; recurrent miscarriage|miscarriages|abortion|abortions; \
         pre eclampsia; preeclampsia; growth restricted infant; iugr; 3 miscarriages",
    ),
    item(
        "caprini-2005/malignancy",
        "active|previous|past|prior| cancer|malignancy; history|hx of cancer|malignancy; |metastatic carcinoma; \
             metastatic |cancer|disease; lymphoma; leukemia; myeloma; \
             breast|lung|colon|prostate|ovarian|pancreatic|bladder|gastric|colorectal|bowel|rectal \
             cancer|ca|carcinoma; malignant tumor",
    ),
    item(
        "plaster-cast",
        "plaster |cast; |leg|in_a|immobilizing cast; immobilizing plaster |cast",
    ),
    item(
        "central-line",
        "central |venous line|access|catheter; cvc; cvl; picc |line; portacath; port a cath; \
         hickman |line; central line",
    ),
    item(
        "caprini-2005/previous-vte",
        "|previous|prior|past|hx_of|history_of \
             dvt|pe|vte|deep_vein_thrombosis|pulmonary_embolism|venous_thromboembolism",
    ),
    item(
        "caprini-2005/family-history",
        "|positive family history|hx of \
             |vte|dvt|pe|thrombosis|clots|thrombophilia|blood_clots|venous_thromboembolism|deep_vein_thrombosis|\
             pulmonary_embolism; fhx of |vte|dvt|pe|thrombosis|clots",
    ),
    item(
        "factor-v-leiden",
        "factor v|5 leiden; fvl; leiden mutation; heterozygous factor v leiden",
    ),
    item(
        "prothrombin",
        "prothrombin 20210a|mutation|gene; prothrombin gene mutation; g20210a; factor 2|ii mutation",
    ),
    item(
        "homocysteine",
        "elevated|raised|high| |serum homocysteine; hyperhomocysteinemia; homocysteinemia",
    ),
    item("lupus-anticoagulant", "|positive lupus anticoagulant; la positive"),
    item(
        "anticardiolipin",
        "|positive|elevated|raised anticardiolipin |antibodies|antibody; antiphospholipid \
         antibodies|antibody; acl antibodies",
    ),
    item("hit", "heparin induced thrombocytopenia; hit; hitt"),
    item(
        "other-thrombophilia",
        "thrombophilia; protein c|s deficiency; antithrombin |iii deficiency; \
         antiphospholipid syndrome; aps; other thrombophilia",
    ),
    item(
        "caprini-2005/fracture",
        "hip|pelvis|pelvic|leg|femur|femoral|tibia|tibial|neck_of_femur|lower_limb fracture; fractured \
             hip|pelvis|leg|femur|tibia|neck_of_femur; broken hip|leg|pelvis; nof fracture; #nof",
    )
    .ask(&[("fracture", "Hip, pelvis or leg, within a month?")]),
    item(
        "caprini-2005/stroke",
        "recent|acute|new stroke|cva; stroke |in|within the|this|| |last|past month; stroke \
         last week; stroke 1|2|3 weeks ago",
    )
    .ask(&[("stroke; cva", OLD_OR_NEW)]),
    item(
        "multiple-trauma",
        "multiple trauma|injuries; polytrauma; major trauma; multitrauma",
    ),
    item(
        "spinal-cord-injury",
        "|acute spinal cord injury; sci; cord injury; paraplegia from trauma",
    ),
];
