//! Which calculator to run, and what is known of its inputs.

use api_types::{ArgumentValue, CalculateRequest, Calculation, CalculationRequest, InputSource};

/// An input as it was read or typed.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    pub name: String,
    /// With source `Missing` it is a suggestion to confirm, and is not computed with. A quantity whose unit is
    /// empty is a number without its unit: it is asked about, never assumed.
    pub value: Option<ArgumentValue>,
    pub source: InputSource,
    /// What to ask before the value may be used.
    pub question: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    pub calculator: String,
    pub inputs: Vec<Input>,
}

impl Intent {
    /// From the chips of an earlier calculation. An input that is left out was not mentioned.
    pub fn corrected(request: &CalculationRequest) -> Self {
        Self::given(&request.calculator, request.arguments.clone())
    }

    /// From a filled form.
    pub fn form(calculator: &str, request: CalculateRequest) -> Self {
        Self::given(calculator, request.arguments)
    }

    fn given(calculator: &str, arguments: impl IntoIterator<Item = (String, ArgumentValue)>) -> Self {
        let inputs = arguments
            .into_iter()
            .map(|(name, value)| Input {
                name,
                value: Some(value),
                source: InputSource::Given,
                question: None,
            })
            .collect();
        Self {
            calculator: calculator.to_owned(),
            inputs,
        }
    }

    /// Keeps open what `previous` asked and this leaves out, so that a doubt is not taken for "not mentioned".
    #[must_use]
    pub fn after(mut self, previous: Option<&Calculation>) -> Self {
        let open = previous
            .filter(|previous| previous.calculator == self.calculator)
            .map(|previous| {
                previous
                    .inputs
                    .iter()
                    .filter(|input| input.source == InputSource::Missing && input.question.is_some())
            });
        for asked in open.into_iter().flatten() {
            if self.input(&asked.name).is_none() {
                let question = asked.question.clone();
                self.inputs.push(Input {
                    name: asked.name.clone(),
                    value: None,
                    source: InputSource::Missing,
                    question,
                });
            }
        }
        self
    }

    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.name == name)
    }
}
