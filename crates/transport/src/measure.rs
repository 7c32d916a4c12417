//! Numbers of parts that aren't the transport's own, for `/metrics`.

use std::fmt;
use std::sync::Arc;

use prometheus_client::collector::Collector;
use prometheus_client::encoding::{DescriptorEncoder, EncodeMetric};
use prometheus_client::metrics::counter::ConstCounter;
use prometheus_client::metrics::gauge::ConstGauge;

/// One number as it is now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Measure {
    /// Its name in `/metrics`; of a count without `_total`.
    pub name: &'static str,
    /// What it says.
    pub help: &'static str,
    /// The number.
    pub value: Measured,
}

/// What kind of number it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measured {
    /// It only rises.
    Count(u64),
    /// It rises and falls.
    Level(u64),
}

/// Asks a part for its numbers.
pub(crate) type Measuring = Arc<dyn Fn() -> Vec<Measure> + Send + Sync>;

/// Asks whenever `/metrics` is read.
pub(crate) struct Measures(pub(crate) Measuring);

impl fmt::Debug for Measures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Measures").finish_non_exhaustive()
    }
}

impl Collector for Measures {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        for Measure { name, help, value } in (self.0)() {
            match value {
                Measured::Count(count) => {
                    let count = ConstCounter::new(count);
                    count.encode(encoder.encode_descriptor(name, help, None, count.metric_type())?)?;
                }
                Measured::Level(level) => {
                    let level = ConstGauge::new(i64::try_from(level).unwrap_or(i64::MAX));
                    level.encode(encoder.encode_descriptor(name, help, None, level.metric_type())?)?;
                }
            }
        }
        Ok(())
    }
}
