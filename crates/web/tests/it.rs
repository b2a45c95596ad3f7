//! The pages over real HTTP, against real stores.

mod it {
    mod access;
    mod arriving;
    mod asset_sync;
    mod attacks;
    mod authenticator;
    mod browser;
    mod cast;
    mod connecting;
    mod dead_ends;
    mod directory;
    mod family;
    mod fields;
    mod firm_settings;
    mod from_nothing;
    mod handover;
    mod hooks;
    mod house;
    mod households;
    mod invitations;
    mod likeness;
    mod live;
    mod looks;
    mod mail;
    mod matrix;
    mod passkeys;
    mod portal;
    mod portal_connect;
    mod portal_reports;
    mod provider;
    mod recovery;
    mod resources;
    mod search;
    mod sessions;
    mod setting_up;
    mod signing_in;
    mod staff;
    mod suggestions;
    mod support;
    mod teams;
    mod welcome;
}
