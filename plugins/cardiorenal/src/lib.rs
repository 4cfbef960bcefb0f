//! Stroke risk in atrial fibrillation and creatinine clearance.

mod cha2ds2_vasc;
mod cockcroft_gault;
mod sex;

use voiceassist_plugin::{
    Argument, CalculatorInfo, Calculators, Error, ErrorKind, Example, Inputs, Outcome, UNSUPPORTED_CALCULATOR, plugin,
};

struct Plugin;

impl Calculators for Plugin {
    fn calculators(_language: String) -> Vec<CalculatorInfo> {
        vec![cha2ds2_vasc::info(), cockcroft_gault::info()]
    }

    fn examples() -> Vec<Example> {
        let mut examples = cha2ds2_vasc::examples();
        examples.extend(cockcroft_gault::examples());
        examples
    }

    fn compute(calculator: String, arguments: Vec<Argument>, _language: String) -> Result<Outcome, Error> {
        let inputs = Inputs(&arguments);
        match calculator.as_str() {
            cha2ds2_vasc::ID => cha2ds2_vasc::compute(&inputs),
            cockcroft_gault::ID => cockcroft_gault::compute(&inputs),
            _ => Err(Error {
                kind: ErrorKind::NotFound,
                code: None,
                message: UNSUPPORTED_CALCULATOR.into(),
                retry_after_ms: None,
            }),
        }
    }
}

plugin!(Plugin, title: "Cardiology and renal function");
