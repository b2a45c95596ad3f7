//! The pages over real HTTP, against real stores.

mod it {
    mod browser;
    mod family;
    mod house;
    mod households;
    mod signing_in;
    mod staff;
    mod strangers;
}
