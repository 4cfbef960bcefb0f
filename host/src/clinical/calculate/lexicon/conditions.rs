//! What a patient has or had: the conditions that many scores count.

use super::Condition;

/// Words that look like a condition and are not.
pub const NOT_A_CONDITION: &str = "pulmonary hypertension; pulmonary arterial hypertension; portal hypertension; \
     intracranial hypertension; ocular hypertension; diabetes insipidus; gestational hypertension; heat stroke; \
     stroke volume; stroke work; stroke risk; stroke rate; stroke prevention; stroke prophylaxis; stroke score; \
     stroke unit; stroke ward; stroke team; stroke and thromboembolism risk; thromboembolism risk; thromboembolic \
     risk; diabetes clinic; diabetes nurse; hypertension clinic; heart failure clinic; heart failure nurse; venous \
     thromboembolism; prediabetes; pre diabetes; prediabetic; pre diabetic; prehypertension; pre hypertension; \
     prehypertensive; normotensive; stroke guideline; hypertension guideline; diabetes guideline";

pub static HISTORY: &[Condition] = &[
    Condition {
        names: "heart-failure chf congestive-heart-failure",
        codes: "42343007 84114007",
        yes: "heart failure; congestive heart failure; congestive cardiac failure; cardiac failure; chf; ccf; hf; \
             hfref; hfmref; hfpef; heart failure with preserved ejection fraction; heart failure with preserved ef; \
             lv dysfunction; lvsd; left ventricular dysfunction; left ventricular systolic dysfunction; left \
             ventricular failure; lvf; lvef reduced; ef reduced; ejection fraction reduced; reduced lvef; reduced \
             ef; reduced ejection fraction; reduced left ventricular ejection fraction; low ef; low lvef; low \
             ejection fraction; impaired poor decompensated hf",
        against: "",
        limit: None,
        ask: &[
            (
                "cardiomyopathy",
                "Is there heart failure, or an ejection fraction of 40 % or less?",
            ),
            (
                "diastolic dysfunction",
                "Is there heart failure, or an ejection fraction of 40 % or less?",
            ),
        ],
    },
    Condition {
        names: "hypertension high-blood-pressure",
        codes: "38341003 59621000",
        yes: "hypertension; hypertensive; htn; hbp; high blood pressure; high bp; raised blood pressure; elevated \
             blood pressure; arterial hypertension; essential hypertension; treated blood pressure; on \
             antihypertensives; antihypertensive treatment; antihypertensive therapy; takes antihypertensives; on \
             blood pressure medication; on blood pressure tablets; on blood pressure pills",
        against: "",
        limit: None,
        ask: &[
            (
                "white coat hypertension",
                "White-coat hypertension: is hypertension diagnosed or treated?",
            ),
            ("labile hypertension", "Is hypertension diagnosed or treated?"),
        ],
    },
    Condition {
        names: "diabetes diabetes-mellitus",
        codes: "73211009 44054006 46635009",
        yes: "diabetes; diabetic; diabetes mellitus; dm; dm1; dm2; dm 1; dm 2; t1d; t2d; t1dm; t2dm; iddm; niddm; \
             type 1 diabetes; type 2 diabetes; type i diabetes; type ii diabetes; type 1 diabetes mellitus; type 2 \
             diabetes mellitus; type 1 dm; type 2 dm; type ii dm; type 1 diabetic; type 2 diabetic; sugar diabetes",
        against: "",
        limit: None,
        ask: &[
            ("gestational diabetes", "Gestational diabetes: is there diabetes now?"),
            ("steroid induced diabetes", "Is there diabetes now?"),
            ("insulin", "Insulin is mentioned: is there diabetes?"),
            ("metformin", "Metformin is mentioned: is there diabetes?"),
        ],
    },
    Condition {
        names: "stroke-tia stroke stroke-tia-thromboembolism prior-stroke",
        codes: "230690007 266257000 422504002",
        yes: "stroke; cva; cerebrovascular accident; cerebral infarction; cerebral infarct; brain infarct; ischemic \
             stroke; ischaemic stroke; cardioembolic stroke; embolic stroke; lacunar stroke; mini stroke; \
             ministroke; tia; transient ischemic attack; transient ischaemic attack; amaurosis fugax; systemic \
             embolism; systemic embolus; arterial embolism; peripheral embolism; thromboembolism",
        against: "",
        limit: None,
        ask: &[
            (
                "hemorrhagic stroke",
                "Was there an ischaemic stroke, TIA or thromboembolism? A haemorrhage alone does not count.",
            ),
            (
                "haemorrhagic stroke",
                "Was there an ischaemic stroke, TIA or thromboembolism? A haemorrhage alone does not count.",
            ),
            ("stroke symptom", "Was a stroke, TIA or thromboembolism confirmed?"),
            ("stroke like", "Was a stroke, TIA or thromboembolism confirmed?"),
            ("stroke mimic", "Was a stroke, TIA or thromboembolism confirmed?"),
            ("cerebrovascular disease", "Was there a stroke, TIA or thromboembolism?"),
        ],
    },
    Condition {
        names: "vascular-disease vascular",
        codes: "22298006 399957001 400047006",
        yes: "vascular disease; myocardial infarction; mi; stemi; nstemi; st elevation mi; non st elevation mi; st \
             elevation myocardial infarction; non st elevation myocardial infarction; heart attack; ami; omi; pad; \
             pvd; paod; poad; peripheral artery disease; peripheral arterial disease; peripheral vascular disease; \
             peripheral arterial occlusive disease; intermittent claudication; aortic plaque; aortic atheroma; \
             aortic arch atheroma; plaque in the aorta; plaques in the aorta",
        against: "",
        limit: None,
        ask: &[
            ("coronary artery disease", CORONARY),
            ("coronary heart disease", CORONARY),
            ("ischemic heart disease", CORONARY),
            ("ischaemic heart disease", CORONARY),
            ("cad", CORONARY),
            ("chd", CORONARY),
            ("ihd", CORONARY),
            ("angina", CORONARY),
            ("acs", CORONARY),
            ("coronary stent", CORONARY),
            ("pci", CORONARY),
            ("cabg", CORONARY),
            ("bypass surgery", CORONARY),
            ("carotid stenosis", ARTERIAL),
            ("carotid disease", ARTERIAL),
            ("aortic aneurysm", ARTERIAL),
            ("aaa", ARTERIAL),
            ("claudication", ARTERIAL),
            ("atherosclerosis", ARTERIAL),
        ],
    },
];

const CORONARY: &str =
    "Coronary disease: was there a myocardial infarction, peripheral artery disease or aortic plaque?";
const ARTERIAL: &str = "Was there a myocardial infarction, peripheral artery disease or aortic plaque?";
