//! Pages, forms, sessions and assets. Knows neither SQL nor connectors.

pub mod assets;
pub mod icons;
pub mod view;
