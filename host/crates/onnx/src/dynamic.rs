//! Makes the matrix products of a weight-only int8 model run on int8 as well.
//!
//! The pinned file keeps its weights as int8 with a scale for each column and turns them into floats before each
//! product (`Cast`, `Mul`, `MatMul`). Here each such product becomes ONNX's dynamic quantisation
//! (`DynamicQuantizeLinear`, `MatMulInteger`, `Cast`, `Mul`; ONNX operator set 17): the same weights, the inputs rounded
//! to 8 bits. With int8 dot products that takes half the time, and vectors stay within .99 of the others. Processors that
//! have AVX2 alone add two products in 16 bits, which 8-bit weights overflow: there the weights lose their last bit.

use std::collections::{HashMap, HashSet};

use crate::protobuf::{self, Field, Malformed, Message};

/// How the products of a model are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Products {
    Floats,
    Bytes,
    /// Weights of seven bits.
    NarrowBytes,
}

impl Products {
    /// The fastest here.
    pub fn here() -> Self {
        #[cfg(target_arch = "x86_64")]
        {
            let vnni = std::is_x86_feature_detected!("avx512f")
                && std::is_x86_feature_detected!("avx512bw")
                && std::is_x86_feature_detected!("avx512vl")
                && std::is_x86_feature_detected!("avx512vnni");
            match (vnni, std::is_x86_feature_detected!("avx2")) {
                (true, _) => Self::Bytes,
                (false, true) => Self::NarrowBytes,
                (false, false) => Self::Floats,
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        if cfg!(target_arch = "aarch64") {
            Self::Bytes
        } else {
            Self::Floats
        }
    }
}

// Field numbers of onnx.proto3.
const GRAPH: u32 = 7;
const NODE: u32 = 1;
const INITIALIZER: u32 = 5;
const DIMS: u32 = 1;
const DATA_TYPE: u32 = 2;
const TENSOR_NAME: u32 = 8;
const RAW_DATA: u32 = 9;
const INPUT: u32 = 1;
const OUTPUT: u32 = 2;
const OPERATOR: u32 = 4;
const ATTRIBUTE: u32 = 5;
const FLOAT: u64 = 1;
const INT8: u64 = 3;
const ZERO: &str = "dynamic.zero";

struct Node {
    operator: String,
    inputs: Vec<String>,
    outputs: Vec<String>,
}

impl Node {
    fn read(bytes: &[u8]) -> Result<Self, Malformed> {
        let fields = protobuf::fields(bytes)?;
        let texts = |number| {
            fields
                .iter()
                .filter(move |f| f.number == number)
                .map(Field::text)
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            operator: texts(OPERATOR)?.pop().unwrap_or_default(),
            inputs: texts(INPUT)?,
            outputs: texts(OUTPUT)?,
        })
    }
}

/// A product of an activation with int8 weights.
struct Product {
    activation: String,
    weights: String,
    scale: String,
    output: String,
}

/// The model with its products rewritten, and how many there were; `narrow` leaves their weights seven bits.
///
/// # Errors
/// The bytes are no ONNX model.
pub fn rewrite(model: &[u8], narrow: bool) -> Result<(Vec<u8>, usize), Malformed> {
    let mut out = Message::default();
    let mut count = 0;
    for field in protobuf::fields(model)? {
        if field.number == GRAPH {
            let (graph, products) = rewrite_graph(field.bytes()?, narrow)?;
            count = products;
            out.bytes(GRAPH, &graph);
        } else {
            out.raw(&field);
        }
    }
    Ok((out.into_bytes(), count))
}

fn rewrite_graph(graph: &[u8], narrow: bool) -> Result<(Vec<u8>, usize), Malformed> {
    let fields = protobuf::fields(graph)?;
    let mut nodes = HashMap::new();
    let mut tensors = HashSet::new();
    for (at, field) in fields.iter().enumerate() {
        if field.number == NODE {
            nodes.insert(at, Node::read(field.bytes()?)?);
        } else if field.number == INITIALIZER {
            tensors.insert(tensor_name(field.bytes()?)?);
        }
    }
    let maker: HashMap<&str, usize> = nodes
        .iter()
        .flat_map(|(at, node)| node.outputs.iter().map(move |name| (name.as_str(), *at)))
        .collect();
    let mut products = HashMap::new();
    let mut dropped = HashSet::new();
    for (&at, node) in &nodes {
        let Some((product, parts)) = product(node, &nodes, &maker, &tensors) else {
            continue;
        };
        products.insert(at, product);
        dropped.extend(parts);
    }
    let scales: HashSet<&str> = products.values().map(|p| p.scale.as_str()).collect();
    let weights: HashSet<&str> = products.values().map(|p| p.weights.as_str()).collect();
    let mut out = Message::default();
    let mut quantised = HashSet::new();
    for (at, field) in fields.iter().enumerate() {
        match products.get(&at) {
            Some(product) => {
                let first = quantised.insert(product.activation.clone());
                write_product(&mut out, product, first);
            }
            None if dropped.contains(&at) => {}
            None if field.number == INITIALIZER && scales.contains(tensor_name(field.bytes()?)?.as_str()) => {
                out.bytes(INITIALIZER, &column_scales(field.bytes()?, narrow)?);
            }
            None if narrow
                && field.number == INITIALIZER
                && weights.contains(tensor_name(field.bytes()?)?.as_str()) =>
            {
                out.bytes(INITIALIZER, &halved(field.bytes()?)?);
            }
            None => out.raw(field),
        }
    }
    let mut zero = Message::default();
    zero.varint(DATA_TYPE, INT8);
    zero.bytes(TENSOR_NAME, ZERO.as_bytes());
    zero.bytes(RAW_DATA, &[0]);
    out.bytes(INITIALIZER, &zero.into_bytes());
    Ok((out.into_bytes(), products.len()))
}

/// The product that `node` is, with the nodes that only turned its weights into floats.
fn product(
    node: &Node,
    nodes: &HashMap<usize, Node>,
    maker: &HashMap<&str, usize>,
    tensors: &HashSet<String>,
) -> Option<(Product, [usize; 2])> {
    let made_by = |name: &str, operator: &str| {
        let at = *maker.get(name)?;
        nodes.get(&at).filter(|n| n.operator == operator).map(|n| (at, n))
    };
    let [activation, floats] = node.inputs.as_slice() else {
        return None;
    };
    let [output] = node.outputs.as_slice() else { return None };
    let (mul_at, mul) = made_by(floats, "Mul")?;
    let [unscaled, scale] = mul.inputs.as_slice() else {
        return None;
    };
    let (cast_at, cast) = made_by(unscaled, "Cast")?;
    let [weights] = cast.inputs.as_slice() else { return None };
    let known = node.operator == "MatMul" && tensors.contains(weights) && tensors.contains(scale);
    known.then(|| {
        let product = Product {
            activation: activation.clone(),
            weights: weights.clone(),
            scale: scale.clone(),
            output: output.clone(),
        };
        (product, [mul_at, cast_at])
    })
}

fn write_product(graph: &mut Message, product: &Product, first: bool) {
    let Product {
        activation,
        weights,
        scale,
        output,
    } = product;
    let [bytes, step, zero] = ["bytes", "step", "zero"].map(|part| format!("{activation}.{part}"));
    let [sum, float, both] = ["sum", "float", "scale"].map(|part| format!("{output}.{part}"));
    if first {
        write_node(
            graph,
            "DynamicQuantizeLinear",
            &[activation],
            &[&bytes, &step, &zero],
            None,
        );
    }
    write_node(graph, "MatMulInteger", &[&bytes, weights, &zero, ZERO], &[&sum], None);
    write_node(graph, "Cast", &[&sum], &[&float], Some(("to", FLOAT)));
    write_node(graph, "Mul", &[&step, scale], &[&both], None);
    write_node(graph, "Mul", &[&float, &both], &[output], None);
}

fn write_node(graph: &mut Message, operator: &str, inputs: &[&str], outputs: &[&str], integer: Option<(&str, u64)>) {
    let mut node = Message::default();
    for name in inputs {
        node.bytes(INPUT, name.as_bytes());
    }
    for name in outputs {
        node.bytes(OUTPUT, name.as_bytes());
    }
    node.bytes(OPERATOR, operator.as_bytes());
    if let Some((name, value)) = integer {
        let mut attribute = Message::default();
        attribute.bytes(1, name.as_bytes());
        attribute.varint(3, value);
        // AttributeProto.type INT
        attribute.varint(20, 2);
        node.bytes(ATTRIBUTE, &attribute.into_bytes());
    }
    graph.bytes(NODE, &node.into_bytes());
}

fn tensor_name(tensor: &[u8]) -> Result<String, Malformed> {
    let fields = protobuf::fields(tensor)?;
    fields
        .iter()
        .find(|f| f.number == TENSOR_NAME)
        .map_or(Ok(String::new()), Field::text)
}

/// A tensor of floats of shape `[1, n]` as `[n]`, a scale for each column; doubled for weights that were halved.
fn column_scales(tensor: &[u8], doubled: bool) -> Result<Vec<u8>, Malformed> {
    let mut dims = Vec::new();
    let mut out = Message::default();
    for field in protobuf::fields(tensor)? {
        match field.number {
            DIMS => dims.extend(field.integers()?),
            RAW_DATA if doubled => {
                let (floats, []) = field.bytes()?.as_chunks() else {
                    return Err(Malformed);
                };
                let twice: Vec<u8> = floats
                    .iter()
                    .flat_map(|float| (f32::from_le_bytes(*float) * 2.0).to_le_bytes())
                    .collect();
                out.bytes(RAW_DATA, &twice);
            }
            _ => out.raw(&field),
        }
    }
    out.varint(DIMS, dims.iter().product());
    Ok(out.into_bytes())
}

/// Weights between -64 and 64: 255 times two of them stay in 16 bits.
fn halved(tensor: &[u8]) -> Result<Vec<u8>, Malformed> {
    let mut out = Message::default();
    for field in protobuf::fields(tensor)? {
        if field.number == RAW_DATA {
            let half = |byte: &u8| (f32::from(byte.cast_signed()) / 2.0).round_ties_even() as i8;
            let halves: Vec<u8> = field.bytes()?.iter().map(|byte| half(byte).cast_unsigned()).collect();
            out.bytes(RAW_DATA, &halves);
        } else {
            out.raw(&field);
        }
    }
    Ok(out.into_bytes())
}
