//! The pages over real HTTP, against real stores.

mod it {
    mod asset_sync;
    mod attacks;
    mod browser;
    mod connecting;
    mod dead_ends;
    mod directory;
    mod family;
    mod from_nothing;
    mod hooks;
    mod house;
    mod households;
    mod mail;
    mod provider;
    mod setting_up;
    mod signing_in;
    mod staff;
    mod strangers;
    mod teams;
}
