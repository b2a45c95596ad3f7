//! The pages over real HTTP, against real stores.

mod it {
    mod browser;
    mod house;
    mod signing_in;
    mod staff;
}
