//! Newton's method with a line search: the smallest value of a smooth loss in a few steps.

/// Steps at most; a handful is the rule.
const MAX_STEPS: usize = 200;

/// A step that promises no more than this is the last: far below what three decimals show.
const ENOUGH: f64 = 1e-14;

/// Pivots are no smaller, so that a direction without any curvature is left alone.
const MIN_PIVOT: f64 = 1e-12;

/// A loss near one point.
pub(super) struct Local<const N: usize> {
    /// Its value.
    pub(super) value: f64,
    /// Its slope.
    pub(super) gradient: [f64; N],
    /// How the slope changes, or a bound of that which is nowhere negative. Only the lower half is read.
    pub(super) curvature: [[f64; N]; N],
}

impl<const N: usize> Local<N> {
    /// Of no loss at all.
    pub(super) fn zero() -> Local<N> {
        Local {
            value: 0.0,
            gradient: [0.0; N],
            curvature: [[0.0; N]; N],
        }
    }

    /// Adds `cost` for each unit of a squared weight.
    pub(super) fn penalize(&mut self, at: usize, weight: f64, cost: f64) {
        self.value += cost * weight * weight;
        self.gradient[at] += 2.0 * cost * weight;
        self.curvature[at][at] += 2.0 * cost;
    }

    /// Adds `share` of the outer product of `of` with itself to the curvature.
    pub(super) fn bend(&mut self, share: f64, of: &[f64; N]) {
        for (row, &left) in self.curvature.iter_mut().zip(of) {
            let left = share * left;
            // Most signals of a candidate are 0.
            if left != 0.0 {
                for (cell, &right) in row.iter_mut().zip(of) {
                    *cell += left * right;
                }
            }
        }
    }
}

/// Where `loss` is smallest.
pub(super) fn minimum<const N: usize>(loss: impl Fn(&[f64; N]) -> Local<N>) -> [f64; N] {
    let mut at = [0.0; N];
    let mut here = loss(&at);
    for _ in 0..MAX_STEPS {
        let step = solved(&here.curvature, &here.gradient);
        let promised: f64 = step.iter().zip(&here.gradient).map(|(a, b)| a * b).sum();
        let lengths = (0..40).map(|halvings| 0.5f64.powi(halvings));
        let next = lengths
            .map(|length| {
                let there: [f64; N] = std::array::from_fn(|i| at[i] - length * step[i]);
                (length, there, loss(&there))
            })
            // A ten-thousandth of what the slope promises is enough (Armijo's rule).
            .find(|(length, _, local)| local.value <= here.value - 1e-4 * length * promised);
        let Some((_, there, local)) = next.filter(|_| promised > ENOUGH) else {
            break;
        };
        (at, here) = (there, local);
    }
    at
}

/// The solution of `matrix`·x = `right`, by Cholesky's decomposition.
fn solved<const N: usize>(matrix: &[[f64; N]; N], right: &[f64; N]) -> [f64; N] {
    let mut lower = [[0.0; N]; N];
    for row in 0..N {
        for column in 0..=row {
            let known: f64 = (0..column)
                .map(|at| lower[row][at] * lower[column][at])
                .sum();
            let rest = matrix[row][column] - known;
            lower[row][column] = match row == column {
                true => rest.max(MIN_PIVOT).sqrt(),
                false => rest / lower[column][column],
            };
        }
    }
    let mut x = *right;
    for row in 0..N {
        let known: f64 = (0..row).map(|at| lower[row][at] * x[at]).sum();
        x[row] = (x[row] - known) / lower[row][row];
    }
    for row in (0..N).rev() {
        let known: f64 = (row + 1..N).map(|at| lower[at][row] * x[at]).sum();
        x[row] = (x[row] - known) / lower[row][row];
    }
    x
}

/// Fails unless the gradient at `at` is the slope of the values around it.
#[cfg(test)]
pub(super) fn assert_slope<const N: usize>(loss: impl Fn(&[f64; N]) -> Local<N>, at: &[f64; N]) {
    const STEP: f64 = 1e-5;
    let gradient = loss(at).gradient;
    for axis in 0..N {
        let beside = |step: f64| {
            let mut at = *at;
            at[axis] += step;
            loss(&at).value
        };
        let slope = (beside(STEP) - beside(-STEP)) / (2.0 * STEP);
        let (expected, found) = (slope, gradient[axis]);
        assert!(
            (expected - found).abs() < 1e-6 * (1.0 + expected.abs()),
            "{axis}: {expected} {found}"
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_system_is_solved() {
        let x = solved(
            &[[4.0, 0.0, 0.0], [2.0, 5.0, 0.0], [1.0, 3.0, 6.0]],
            &[11.0, 21.0, 25.0],
        );
        // By the lower half, as a symmetric matrix.
        for (found, expected) in x.iter().zip([1.0, 2.0, 3.0]) {
            assert!((found - expected).abs() < 1e-12, "{x:?}");
        }
    }

    #[test]
    fn a_minimum_far_from_a_parabola_is_found() {
        // exp(x) - 3x + (y - x)²: flat on one side, steep on the other, smallest at ln 3.
        let loss = |&[x, y]: &[f64; 2]| Local {
            value: x.exp() - 3.0 * x + (y - x) * (y - x),
            gradient: [x.exp() - 3.0 - 2.0 * (y - x), 2.0 * (y - x)],
            curvature: [[x.exp() + 2.0, -2.0], [-2.0, 2.0]],
        };
        for found in minimum(loss) {
            assert!((found - 3f64.ln()).abs() < 1e-6, "{found}");
        }
        assert_slope(loss, &[0.3, -1.0]);
    }

    #[test]
    fn what_nothing_depends_on_stays_zero() {
        assert_eq!(minimum(|_: &[f64; 3]| Local::zero()), [0.0; 3]);
    }
}
