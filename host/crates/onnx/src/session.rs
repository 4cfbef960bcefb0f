//! A pinned ONNX graph that is run by the names of its inputs and outputs.

use std::path::Path;

use rten::{Model, NodeId, RunOptions, Value, ValueOrView};
use rten_tensor::TensorView;
use rten_tensor::prelude::*;

use crate::threads::OneThread;
use crate::{OnnxError, files};

/// Numbers with a shape, the last axis running fastest. Integers and booleans of the graph are 32-bit here.
#[derive(Clone, Debug, PartialEq)]
pub enum Array {
    Floats { shape: Vec<usize>, data: Vec<f32> },
    Ints { shape: Vec<usize>, data: Vec<i32> },
}

impl Array {
    pub fn floats(shape: &[usize], data: Vec<f32>) -> Self {
        Self::Floats {
            shape: shape.to_vec(),
            data,
        }
    }

    pub fn ints(shape: &[usize], data: Vec<i32>) -> Self {
        Self::Ints {
            shape: shape.to_vec(),
            data,
        }
    }

    pub fn shape(&self) -> &[usize] {
        match self {
            Self::Floats { shape, .. } | Self::Ints { shape, .. } => shape,
        }
    }

    /// The numbers; empty when they are integers.
    pub fn as_floats(&self) -> &[f32] {
        match self {
            Self::Floats { data, .. } => data,
            Self::Ints { .. } => &[],
        }
    }

    /// The numbers; empty when they are floats.
    pub fn as_ints(&self) -> &[i32] {
        match self {
            Self::Ints { data, .. } => data,
            Self::Floats { .. } => &[],
        }
    }

    fn view(&self) -> Result<ValueOrView<'_>, OnnxError> {
        let fits = |e: &dyn std::fmt::Display| OnnxError::Run(format!("an input does not fit its shape: {e}"));
        Ok(match self {
            Self::Floats { shape, data } => TensorView::try_from_data(shape.as_slice(), data.as_slice())
                .map_err(|e| fits(&e))?
                .into(),
            Self::Ints { shape, data } => TensorView::try_from_data(shape.as_slice(), data.as_slice())
                .map_err(|e| fits(&e))?
                .into(),
        })
    }
}

/// A loaded graph. Calls may run at the same time; each is pure CPU work on one thread and blocks the caller's.
pub struct Session {
    model: Model,
    inputs: Vec<NodeId>,
    outputs: Vec<NodeId>,
}

impl Session {
    /// Loads a pinned file. `inputs` and `outputs` are the names in the order in which [`Session::run`] uses them.
    ///
    /// # Errors
    /// The file is missing, is not the pinned one, cannot be parsed, or lacks one of the names.
    pub fn load(
        directory: &Path,
        (name, sha256): (&str, &'static str),
        inputs: &[&str],
        outputs: &[&str],
    ) -> Result<Self, OnnxError> {
        let broken = |reason: String| OnnxError::Load {
            path: directory.join(name),
            reason,
        };
        let model = Model::load(files::read(directory, name, sha256)?).map_err(|e| broken(e.to_string()))?;
        let nodes = |names: &[&str]| {
            let ids = names.iter().map(|name| model.node_id(name));
            ids.collect::<Result<Vec<_>, _>>().map_err(|e| broken(e.to_string()))
        };
        let (inputs, outputs) = (nodes(inputs)?, nodes(outputs)?);
        Ok(Self { model, inputs, outputs })
    }

    /// Runs the graph on one value per input name; returns one per output name.
    ///
    /// # Errors
    /// The number, kind or shape of the values is not the graph's.
    pub fn run(&self, values: &[&Array]) -> Result<Vec<Array>, OnnxError> {
        if values.len() != self.inputs.len() {
            return Err(OnnxError::Run(format!(
                "{} values for {} inputs",
                values.len(),
                self.inputs.len()
            )));
        }
        let inputs = self
            .inputs
            .iter()
            .zip(values)
            .map(|(id, value)| Ok((*id, value.view()?)))
            .collect::<Result<Vec<_>, OnnxError>>()?;
        let thread = OneThread::take();
        let options = RunOptions::default().with_thread_pool(Some(thread.pool()));
        let outputs = self.model.run(inputs, &self.outputs, Some(options));
        let outputs = outputs.map_err(|e| OnnxError::Run(e.to_string()))?;
        outputs
            .into_iter()
            .map(|value| match value {
                Value::FloatTensor(t) => Ok(Array::Floats {
                    shape: t.shape().to_vec(),
                    data: t.into_data(),
                }),
                Value::Int32Tensor(t) => Ok(Array::Ints {
                    shape: t.shape().to_vec(),
                    data: t.into_data(),
                }),
                _ => Err(OnnxError::Run(
                    "an output is of neither floats nor 32-bit integers".into(),
                )),
            })
            .collect()
    }
}
