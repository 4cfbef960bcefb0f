//! A plugin as a table of calculators, one module each.

use crate::{Argument, CalculatorInfo, Error, ErrorKind, Example, Inputs, Outcome, UNSUPPORTED_CALCULATOR};

/// One calculator: what [`calculators!`](crate::calculators) takes from its module.
pub struct Calculator {
    pub id: &'static str,
    pub info: fn() -> CalculatorInfo,
    pub examples: fn() -> Vec<Example>,
    pub compute: fn(&Inputs) -> Result<Outcome, Error>,
}

/// Runs the calculator of that id.
///
/// # Errors
/// `not-found` when the table has no such id, or the calculator's own refusal.
pub fn compute(table: &[Calculator], id: &str, arguments: &[Argument]) -> Result<Outcome, Error> {
    match table.iter().find(|calculator| calculator.id == id) {
        Some(calculator) => (calculator.compute)(&Inputs(arguments)),
        None => Err(Error {
            kind: ErrorKind::NotFound,
            code: None,
            message: UNSUPPORTED_CALCULATOR.into(),
            retry_after_ms: None,
        }),
    }
}

/// Makes a plugin of modules that each have `ID`, `info()`, `examples()` and `compute(&Inputs)`, or of a constant
/// `CALCULATORS` where a module has more than one calculator.
///
/// ```text
/// calculators!(title: "Cardiology"; cha2ds2_vasc, has_bled);
/// calculators!(title: "Physiology");
/// ```
#[macro_export]
macro_rules! calculators {
    (title: $title:literal; $($module:ident),+ $(,)?) => {
        /// Every calculator of this plugin.
        pub const CALCULATORS: &[$crate::Calculator] = &[$($crate::Calculator {
            id: $module::ID,
            info: $module::info,
            examples: $module::examples,
            compute: $module::compute,
        }),+];

        $crate::calculators!(title: $title);
    };
    (title: $title:literal) => {
        struct Plugin;

        impl $crate::Calculators for Plugin {
            fn calculators(_language: String) -> Vec<$crate::CalculatorInfo> {
                CALCULATORS.iter().map(|calculator| (calculator.info)()).collect()
            }

            fn examples() -> Vec<$crate::Example> {
                CALCULATORS.iter().flat_map(|calculator| (calculator.examples)()).collect()
            }

            fn compute(
                calculator: String,
                arguments: Vec<$crate::Argument>,
                _language: String,
            ) -> Result<$crate::Outcome, $crate::Error> {
                $crate::compute(CALCULATORS, &calculator, &arguments)
            }
        }

        $crate::plugin!(Plugin, title: $title);
    };
}
