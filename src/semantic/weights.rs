//! The encoder's weights, read where they lie: matrices stay int8 in the file's bytes.

use safetensors::{Dtype, SafeTensors};

use crate::semantic::kernel::{Columns, Kernel};
use crate::semantic::vocabulary::LONGEST;

/// Width of a token's state, and of a text's vector.
pub(super) const HIDDEN: usize = 512;
/// Width between the two halves of a feed-forward.
pub(super) const INNER: usize = 2048;
/// Width of a token's vector as it is kept.
pub(super) const TOKEN: usize = 64;
/// How many layers there are.
pub(super) const LAYERS: usize = 4;

/// All weights.
#[derive(Debug)]
pub(super) struct Weights {
    pub(super) embedding: Matrix,
    /// What is added to a token's embedding for its place in the text.
    pub(super) positions: Matrix,
    pub(super) embedding_norm: Norm,
    pub(super) layers: Vec<Layer>,
    /// From a token's last state to the vector that is kept.
    pub(super) token: Linear,
    /// From a token's last state to how much it counts.
    pub(super) gate: Vec<f32>,
    pub(super) gate_bias: f32,
}

/// One layer.
#[derive(Debug)]
pub(super) struct Layer {
    pub(super) query: Linear,
    pub(super) key: Linear,
    pub(super) value: Linear,
    pub(super) output: Linear,
    pub(super) attention_norm: Norm,
    pub(super) up: Linear,
    pub(super) down: Linear,
    pub(super) feed_forward_norm: Norm,
}

/// Rows of int8, each with a scale.
#[derive(Debug)]
pub(super) struct Matrix {
    columns: usize,
    values: &'static [u8],
    scales: Vec<f32>,
}

/// A matrix and what is added to its products.
#[derive(Debug)]
pub(super) struct Linear {
    matrix: Matrix,
    bias: Vec<f32>,
}

/// What a layer normalisation multiplies with and adds.
#[derive(Debug)]
pub(super) struct Norm {
    pub(super) weight: Vec<f32>,
    pub(super) bias: Vec<f32>,
}

impl Matrix {
    /// Appends a row as it was before it became int8.
    #[inline(always)]
    pub(super) fn append_row(&self, row: usize, to: &mut Vec<f32>) {
        let scale = self.scales[row];
        let values = &self.values[row * self.columns..][..self.columns];
        to.extend(values.iter().map(|&value| f32::from(value as i8) * scale));
    }

    /// Adds a row as it was before it became int8.
    #[inline(always)]
    pub(super) fn add_row(&self, row: usize, to: &mut [f32]) {
        let scale = self.scales[row];
        let values = &self.values[row * self.columns..][..self.columns];
        for (to, &value) in to.iter_mut().zip(values) {
            *to += f32::from(value as i8) * scale;
        }
    }
}

impl Linear {
    /// Multiplies every column with every row; `to` gets the results column by column.
    #[inline(always)]
    pub(super) fn apply<K: Kernel>(&self, kernel: K, columns: &Columns, to: &mut Vec<f32>) {
        let height = self.matrix.scales.len();
        to.resize(columns.count() * height, 0.0);
        // Two rows by four columns keep all sums in registers, and a row is read from memory once.
        for row in (0..height).step_by(2) {
            let whole = columns.count() / 4 * 4;
            for column in (0..whole).step_by(4) {
                self.tile::<K, 4>(kernel, row, columns, column, to);
            }
            match columns.count() - whole {
                1 => self.tile::<K, 1>(kernel, row, columns, whole, to),
                2 => self.tile::<K, 2>(kernel, row, columns, whole, to),
                3 => self.tile::<K, 3>(kernel, row, columns, whole, to),
                _ => {}
            }
        }
    }

    #[inline(always)]
    fn tile<K: Kernel, const C: usize>(
        &self,
        kernel: K,
        row: usize,
        columns: &Columns,
        first: usize,
        to: &mut [f32],
    ) {
        let Matrix {
            columns: width,
            values,
            scales,
        } = &self.matrix;
        let (first_row, second_row) = values[row * width..][..2 * width].split_at(*width);
        let products = kernel.products::<2, C>([first_row, second_row], columns.at(first));
        for c in 0..C {
            let out = &mut to[(first + c) * scales.len() + row..][..2];
            for r in 0..2 {
                let scale = scales[row + r] * columns.scale(first + c);
                out[r] = products[r][c] as f32 * scale + self.bias[row + r];
            }
        }
    }
}

/// A tensor that is missing or has another shape.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub(super) struct Unfit(pub(super) String);

/// The hash over all tensors and the vocabulary that stands in the file, for which no tensor is read.
pub(super) fn fingerprint(bytes: &[u8]) -> Result<String, Unfit> {
    let (_, header) = SafeTensors::read_metadata(bytes).map_err(|e| Unfit(e.to_string()))?;
    let metadata = header.metadata().as_ref();
    let fingerprint = metadata.and_then(|metadata| metadata.get("fingerprint"));
    fingerprint
        .cloned()
        .ok_or_else(|| Unfit("it has no fingerprint".to_owned()))
}

impl Weights {
    /// Reads a file that `models/convert.py` wrote, for a vocabulary of `tokens`.
    pub(super) fn read(bytes: &'static [u8], tokens: usize) -> Result<Weights, Unfit> {
        let (length, header) =
            SafeTensors::read_metadata(bytes).map_err(|e| Unfit(e.to_string()))?;
        let tensors = Tensors {
            header: &header,
            data: bytes.get(8 + length..).unwrap_or_default(),
        };
        let layer = |number: usize| {
            let attention = format!("layer.{number}.attention");
            let feed_forward = format!("layer.{number}.feed_forward");
            Ok(Layer {
                query: tensors.linear(&format!("{attention}.query"), HIDDEN, HIDDEN)?,
                key: tensors.linear(&format!("{attention}.key"), HIDDEN, HIDDEN)?,
                value: tensors.linear(&format!("{attention}.value"), HIDDEN, HIDDEN)?,
                output: tensors.linear(&format!("{attention}.output"), HIDDEN, HIDDEN)?,
                attention_norm: tensors.norm(&format!("{attention}.norm"))?,
                up: tensors.linear(&format!("{feed_forward}.up"), INNER, HIDDEN)?,
                down: tensors.linear(&format!("{feed_forward}.down"), HIDDEN, INNER)?,
                feed_forward_norm: tensors.norm(&format!("{feed_forward}.norm"))?,
            })
        };
        Ok(Weights {
            embedding: tensors.matrix("embedding.weight", tokens, HIDDEN)?,
            positions: tensors.matrix("position.weight", LONGEST + 2, HIDDEN)?,
            embedding_norm: tensors.norm("embedding.norm")?,
            layers: (0..LAYERS).map(layer).collect::<Result<_, Unfit>>()?,
            token: tensors.product("token", TOKEN, HIDDEN)?,
            gate: tensors.floats("gate.weight", HIDDEN)?,
            gate_bias: tensors.floats("gate.bias", 1)?.iter().sum(),
        })
    }
}

struct Tensors<'a> {
    header: &'a safetensors::tensor::Metadata,
    data: &'static [u8],
}

impl Tensors<'_> {
    fn bytes(&self, name: &str, dtype: Dtype, shape: &[usize]) -> Result<&'static [u8], Unfit> {
        let unfit = || Unfit(format!("it has no {name} of {dtype:?} {shape:?}"));
        let info = self.header.info(name).ok_or_else(unfit)?;
        if info.dtype != dtype || info.shape != shape {
            return Err(unfit());
        }
        let (start, end) = info.data_offsets;
        self.data.get(start..end).ok_or_else(unfit)
    }

    fn floats(&self, name: &str, length: usize) -> Result<Vec<f32>, Unfit> {
        let bytes = self.bytes(name, Dtype::F32, &[length])?;
        let (values, _) = bytes.as_chunks::<4>();
        Ok(values
            .iter()
            .map(|&value| f32::from_le_bytes(value))
            .collect())
    }

    fn matrix(&self, name: &str, rows: usize, columns: usize) -> Result<Matrix, Unfit> {
        Ok(Matrix {
            columns,
            values: self.bytes(name, Dtype::I8, &[rows, columns])?,
            scales: self.floats(&format!("{name}.scale"), rows)?,
        })
    }

    fn linear(&self, name: &str, rows: usize, columns: usize) -> Result<Linear, Unfit> {
        Ok(Linear {
            matrix: self.matrix(&format!("{name}.weight"), rows, columns)?,
            bias: self.floats(&format!("{name}.bias"), rows)?,
        })
    }

    /// A matrix to whose products nothing is added.
    fn product(&self, name: &str, rows: usize, columns: usize) -> Result<Linear, Unfit> {
        Ok(Linear {
            matrix: self.matrix(&format!("{name}.weight"), rows, columns)?,
            bias: vec![0.0; rows],
        })
    }

    fn norm(&self, name: &str) -> Result<Norm, Unfit> {
        Ok(Norm {
            weight: self.floats(&format!("{name}.weight"), HIDDEN)?,
            bias: self.floats(&format!("{name}.bias"), HIDDEN)?,
        })
    }
}
