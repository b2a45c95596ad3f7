//! What a firm's plan includes (N1, N2). A thing outside the plan is shown as such, never as a dead button.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Plan {
    /// The current tier with everything.
    Complete,
    /// An older tier, no longer offered, that keeps what it had.
    Heritage,
    /// The smaller tier.
    Essentials,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Feature {
    AssetSync,
}

impl Plan {
    pub const ALL: [Plan; 3] = [Plan::Complete, Plan::Heritage, Plan::Essentials];
    pub fn key(self) -> &'static str {
        match self {
            Plan::Complete => "complete",
            Plan::Heritage => "heritage",
            Plan::Essentials => "essentials",
        }
    }
    pub fn from_key(key: &str) -> Option<Plan> {
        Self::ALL.into_iter().find(|p| p.key() == key)
    }
    pub fn includes(self, feature: Feature) -> bool {
        match feature {
            Feature::AssetSync => matches!(self, Plan::Complete | Plan::Heritage),
        }
    }
}
