//! Sealing with the firm's and the connection's keys.
